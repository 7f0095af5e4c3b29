import { inflateSync } from 'node:zlib'
import { boxCode } from './boxes.ts'
import type { ByteWindow } from './byte-reader.ts'

/** How far all compressed metadata of a PNG together may inflate, in bytes. */
export const maxInflatedByteSize = 16 * 1024 * 1024

// Deflate cannot do better than 1032 : 1, so what is smaller than this need not be inflated to be known harmless.
const maxRatio = 1032

// libpng keeps no more than these, compressed or not; looking into a million empty ones would cost us seconds.
const maxStreams = 1000

const zTxt = boxCode('zTXt')
const iTxt = boxCode('iTXt')
const iccp = boxCode('iCCP')

/**
 * Adds up how far the compressed metadata of a PNG inflates, because its decoder does not: it caps each chunk
 * but not their number, so 20 chunks in a file of 1 MB cost it 29 s and 4.9 GB before the first pixel (B127).
 *
 * @param spend told before anything is inflated how much work that may be
 * @see PNG §11.3.3 (iCCP, zTXt, iTXt)
 */
export function createInflationMeter(spend: ByteWindow['spend']) {
  let compressedByteSize = 0
  let inflatedByteSize = 0
  let streams = 0
  const pending: Uint8Array[] = []

  return {
    /** Whether chunks of this type can hold compressed metadata. */
    isMeasured: (type: number) => type === zTxt || type === iTxt || type === iccp,

    /** Whether all chunks so far, with this one, stay within `maxInflatedByteSize`. The meter keeps `data`. */
    admits(type: number, data: Uint8Array): boolean {
      streams += 1
      if (streams > maxStreams) return false
      const stream = compressedPart(type, data)
      if (!stream) return true
      pending.push(stream)
      compressedByteSize += stream.length
      if (compressedByteSize * maxRatio <= maxInflatedByteSize) return true
      for (const one of pending.splice(0)) {
        spend(maxInflatedByteSize)
        const grown = inflatedSize(one, maxInflatedByteSize - inflatedByteSize)
        if (grown === undefined) return false
        inflatedByteSize += grown
      }
      return true
    },
  }
}

/** The zlib stream behind keyword, method and, in iTXt, languages; `undefined` where there is none. */
function compressedPart(type: number, data: Uint8Array): Uint8Array | undefined {
  const keywordEnd = data.indexOf(0)
  if (keywordEnd < 0) return undefined
  if (type !== iTxt) return data.subarray(keywordEnd + 2)
  if (data[keywordEnd + 1] === 0) return undefined
  const languageEnd = data.indexOf(0, keywordEnd + 3)
  const translationEnd = data.indexOf(0, languageEnd + 1)
  return languageEnd < 0 || translationEnd < 0 ? undefined : data.subarray(translationEnd + 1)
}

/** Bytes that a stream inflates to; `undefined` where it is more than `limit`, or damaged and so cannot be told. */
function inflatedSize(stream: Uint8Array, limit: number): number | undefined {
  if (limit < 1) return undefined
  try {
    return inflateSync(stream, { maxOutputLength: limit }).length
  } catch {
    return undefined
  }
}
