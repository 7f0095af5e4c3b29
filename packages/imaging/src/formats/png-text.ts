import { constants, inflateSync } from 'node:zlib'
import { maxExifByteSize } from '../metadata/exif.ts'
import type { ImageMetadata } from '../metadata/taken-at.ts'
import { maxXmpByteSize } from '../metadata/xmp.ts'
import { boxCode } from './boxes.ts'
import type { ByteReader } from './byte-reader.ts'
import type { Extent } from './types.ts'

/** The type of a chunk with compressed text. */
export const zTxt = boxCode('zTXt')

/** The type of a chunk with text in UTF-8, compressed or not. */
export const iTxt = boxCode('iTXt')
const tEXt = boxCode('tEXt')

/** Metadata of a PNG that stands in text, or after the pixels; the first of each. */
export type PngText = { -readonly [Key in 'xmp' | 'exifForDates' | 'photoshop']?: ImageMetadata[Key] }

/** Each byte is two digits, and each line of 36 bytes ends. */
const maxProfileTextByteSize = maxExifByteSize * 2.1

/** Keywords of what is kept, without `XML:com.adobe.xmp` the names of ImageMagick. */
const keywords: Readonly<Record<string, keyof PngText>> = {
  'XML:com.adobe.xmp': 'xmp',
  'Raw profile type exif': 'exifForDates',
  'Raw profile type APP1': 'exifForDates',
  'Raw profile type iptc': 'photoshop',
}
const starts = [boxCode('XML:'), boxCode('Raw ')]

/** Whether a chunk of this type has text. */
export function isText(type: number): boolean {
  return type === iTxt || type === zTxt || type === tEXt
}

/**
 * Keeps a text if it is metadata, in any of the three kinds of text. What cannot be decompressed within the limit is kept as it
 * is, and contains no date.
 *
 * @param texts found so far, to which this one is added
 * @see XMP specification part 3, §1.1.5
 */
export function readPngText(
  bytes: ByteReader,
  chunk: Extent & { readonly type: number },
  texts: PngText,
): void {
  const { type, offset, byteSize } = chunk
  if (!starts.includes(bytes.uint32At(offset))) return
  const data = bytes.slice(offset, Math.min(byteSize, maxProfileTextByteSize))
  const keywordEnd = data.indexOf(0)
  const kind = keywords[Buffer.from(data.subarray(0, Math.max(0, keywordEnd))).toString('latin1')]
  if (kind === undefined || texts[kind]) return
  const stream = type === tEXt ? undefined : compressedPart(type, data)
  const text =
    (stream && inflateWithin(stream, kind === 'xmp' ? maxXmpByteSize : maxProfileTextByteSize)) ?? data
  texts[kind] = kind === 'xmp' ? text : readDigits(text)
}

/** The zlib stream after keyword, method and, in iTXt, languages; `undefined` if there is none. */
export function compressedPart(type: number, data: Uint8Array): Uint8Array | undefined {
  const keywordEnd = data.indexOf(0)
  if (keywordEnd < 0) return undefined
  if (type !== iTxt) return data.subarray(keywordEnd + 2)
  if (data[keywordEnd + 1] === 0) return undefined
  const languageEnd = data.indexOf(0, keywordEnd + 3)
  const translationEnd = data.indexOf(0, languageEnd + 1)
  return languageEnd < 0 || translationEnd < 0 ? undefined : data.subarray(translationEnd + 1)
}

function inflateWithin(stream: Uint8Array, maxByteSize: number): Uint8Array | undefined {
  try {
    return inflateSync(stream, { maxOutputLength: maxByteSize })
  } catch {
    return undefined
  }
}

/** The bytes of a profile as ImageMagick writes it: a name, the number of bytes, and these in hexadecimal digits. */
function readDigits(text: Uint8Array): Uint8Array | undefined {
  const digits = /\n *\d+\n([\da-f\s]+)/i.exec(Buffer.from(text).toString('latin1'))?.[1]
  return digits === undefined ? undefined : Buffer.from(digits.replace(/\s/g, ''), 'hex')
}

/**
 * Size of a zlib stream after decompression in bytes; `undefined` if it exceeds `limit`. What is not zlib is skipped by every
 * viewer, and costs nothing. A damaged stream, or one that is cut short, counts as what precedes its fault: so much a decoder
 * decompresses before it discards it.
 *
 * The fault is searched for by halves, so a damaged stream is decompressed once for each bit of its size.
 *
 * @see RFC 1950 §2.2 (header)
 */
export function inflatedByteSize(stream: Uint8Array, limit: number): number | undefined {
  if (limit < 1) return undefined
  if (!startsAsZlib(stream)) return 0
  let intact = inflatePart(stream, limit)
  if (intact !== 'damaged') return intact === 'too large' ? undefined : intact
  intact = 0
  let [start, end] = [0, stream.length]
  while (end - start > 1) {
    const middle = Math.floor((start + end) / 2)
    const found = inflatePart(stream.subarray(0, middle), limit)
    if (found === 'too large') return undefined
    if (found === 'damaged') end = middle
    else {
      start = middle
      intact = found
    }
  }
  return intact
}

/** Size of the beginning of a stream after decompression in bytes. */
function inflatePart(part: Uint8Array, limit: number): number | 'too large' | 'damaged' {
  try {
    return inflateSync(part, { maxOutputLength: limit, finishFlush: constants.Z_SYNC_FLUSH }).length
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error
    return error.code === 'ERR_BUFFER_TOO_LARGE' ? 'too large' : 'damaged'
  }
}

function startsAsZlib([method = 0, flags = 0]: Uint8Array): boolean {
  return (method & 15) === 8 && (method * 256 + flags) % 31 === 0
}
