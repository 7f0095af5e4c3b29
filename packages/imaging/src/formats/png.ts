import { crc32 } from 'node:zlib'
import type { Size } from '../image.ts'
import { maxExifByteSize, startsWithPreamble } from '../metadata/exif.ts'
import { boxCode } from './boxes.ts'
import type { ByteReader } from './byte-reader.ts'
import { createPngColourChunks } from './png-colours.ts'
import {
  compressedPart,
  inflatedByteSize,
  isText,
  iTxt,
  type PngText,
  readPngText,
  zTxt,
} from './png-text.ts'
import type { PngStructure } from './types.ts'

/** Limit for all compressed metadata of a PNG together, in bytes after decompression. */
export const maxPngMetadataByteSize = 16 * 1024 * 1024

/** The decoder's limit for a side; the format's own is 2³¹ − 1. @see VIPS_MAX_COORD of libvips */
const maxSide = 100_000_000

// Deflate reaches at most 1032 : 1. Less data than this need not be decompressed to be known as harmless.
const maxDeflateRatio = 1032

// libpng keeps no more than these, compressed or not. Reading a million empty ones would take seconds.
const maxMetadataChunks = 1000

const ihdr = boxCode('IHDR')
const idat = boxCode('IDAT')
const iend = boxCode('IEND')
const exifChunk = boxCode('eXIf')
const iccp = boxCode('iCCP')

/** The last chunk of a PNG, which has no data. */
const endChunk = Buffer.from('\0\0\0\0IEND\xae\x42\x60\x82', 'latin1')

/**
 * Walks over the chunks of a PNG. Only the first EXIF turns the picture, and only if it stands before the pixels. EXIF after
 * them, or in text, says when the picture was taken. If nothing but the last chunk is missing, it is written for the decoder,
 * which refuses missing pixels.
 *
 * @see PNG §5.3 (a chunk is length, type, data, CRC; the last one is IEND), §11.2.1 (IHDR), §11.3.4.5 (eXIf)
 */
export function readPng(bytes: ByteReader): PngStructure {
  const size = readImageHeader(bytes)
  const isWithinLimit = createMetadataCheck(bytes)
  const colours = createPngColourChunks(bytes, { bitDepth: bytes.byteAt(24), colourType: bytes.byteAt(25) })
  let exif: Uint8Array | undefined
  const texts: PngText = {}
  let isExifExpected = true
  let isBeforePixels = true
  let isTruncated = false
  let endAt: number | undefined
  let isMetadataTooLarge = false
  for (let at = 8; !isMetadataTooLarge; ) {
    const length = bytes.uint32At(at)
    const next = at + 12 + length
    const type = bytes.uint32At(at + 4)
    isTruncated = length < 0 || next > bytes.byteSize
    if (isTruncated && !isBeforePixels) endAt = at
    if (isTruncated || type === iend) break
    if (type === exifChunk) {
      if (isExifExpected) exif = readExif(bytes, at + 8, length)
      else texts.exifForDates ??= readExif(bytes, at + 8, length)
    }
    if (isBeforePixels) colours.add(type, { offset: at + 8, byteSize: length })
    if (type === idat) isBeforePixels = false
    if (type === exifChunk || type === idat) isExifExpected = false
    if (isText(type)) readPngText(bytes, { type, offset: at + 8, byteSize: length }, texts)
    isMetadataTooLarge = !isWithinLimit(type, at + 8, length)
    at = next
  }
  const isEndMissing = endAt !== undefined && isStartOfEnd(bytes, endAt)
  return {
    format: 'png',
    size,
    exif,
    ...texts,
    colours: colours.read(),
    isTruncated: isTruncated && !isEndMissing,
    isEndMissing,
    patches: isEndMissing ? [{ offset: endAt ?? bytes.byteSize, bytes: endChunk }] : [],
    isMetadataTooLarge,
  }
}

/** Whether the file ends before the end chunk, or within it. */
function isStartOfEnd(bytes: ByteReader, at: number): boolean {
  const byteSize = bytes.byteSize - at
  return (
    byteSize < endChunk.length &&
    Buffer.compare(bytes.slice(at, byteSize), endChunk.subarray(0, byteSize)) === 0
  )
}

function readImageHeader(bytes: ByteReader): Size | undefined {
  const isIntact =
    bytes.uint32At(8) === 13 &&
    bytes.uint32At(12) === ihdr &&
    crc32(bytes.slice(12, 17)) === bytes.uint32At(29)
  const size = { width: bytes.uint32At(16), height: bytes.uint32At(20) }
  return isIntact && Math.max(size.width, size.height) <= maxSide ? size : undefined
}

/** EXIF has no preamble in a PNG. The decoder ignores it if it has one. */
function readExif(bytes: ByteReader, at: number, length: number): Uint8Array | undefined {
  const exif = bytes.slice(at, Math.min(length, maxExifByteSize))
  return startsWithPreamble(exif) ? undefined : exif
}

/**
 * Adds up how far the compressed metadata of a PNG grows, because its decoder does not: it limits each chunk but not
 * their number. 20 chunks in a file of 1 MB cost it 29 s and 4.9 GB before the first pixel (B127).
 *
 * @returns whether all chunks so far, including this one, stay within `maxPngMetadataByteSize`
 * @see PNG §11.3.3 (iCCP, zTXt, iTXt)
 */
function createMetadataCheck(bytes: ByteReader): (type: number, at: number, length: number) => boolean {
  let compressedByteSize = 0
  let decompressedByteSize = 0
  let chunks = 0
  const pending: Uint8Array[] = []

  return (type, at, length) => {
    if (type !== zTxt && type !== iTxt && type !== iccp) return true
    chunks += 1
    if (chunks > maxMetadataChunks) return false
    const stream = compressedPart(type, bytes.slice(at, length))
    if (!stream) return true
    pending.push(stream)
    compressedByteSize += stream.length
    if (compressedByteSize * maxDeflateRatio <= maxPngMetadataByteSize) return true
    for (const one of pending.splice(0)) {
      bytes.charge(maxPngMetadataByteSize)
      const byteSize = inflatedByteSize(one, maxPngMetadataByteSize - decompressedByteSize)
      if (byteSize === undefined) return false
      decompressedByteSize += byteSize
    }
    return true
  }
}
