import type { Size } from '../image.ts'
import { maxExifByteSize } from '../metadata/exif.ts'
import { maxXmpByteSize } from '../metadata/xmp.ts'
import { boxCode, boxType } from './boxes.ts'
import { type ByteReader, littleEndianAt as le } from './byte-reader.ts'
import type { WebpStructure } from './types.ts'

/** Flags of the extended header. @see RFC 9649 §2.7 */
const hasExif = 0x08
const hasXmp = 0x04
const isAnimated = 0x02
/** The format's limit for an extended picture. @see RFC 9649 §2.7.1 */
const maxCanvasPixels = 2 ** 32 - 1
/** First bytes of a lossy and of a lossless picture. @see RFC 6386 §9.1; RFC 9649 §3.4 */
const startCode = 0x2a019d
const signature = 0x2f

const anmf = boxCode('ANMF')
const exifChunk = boxCode('EXIF')
const xmpChunk = boxCode('XMP ')

interface WebpHeader {
  readonly size: Size
  readonly frames: number
  readonly exif?: Uint8Array | undefined
  readonly xmp?: Uint8Array | undefined
}

/**
 * Reads the first chunk of a WebP, which contains its size. Only an extended WebP has EXIF and frames, so only its
 * other chunks are walked over.
 *
 * @see RFC 9649 §2.4 (file header), §2.5–§2.7 (simple and extended formats)
 */
export function readWebp(bytes: ByteReader): WebpStructure {
  const end = 8 + le(bytes, 4, 4)
  const header = readFirstChunk(bytes, Math.min(bytes.byteSize, end))
  return {
    format: 'webp',
    size: header?.size,
    frames: header?.frames ?? 0,
    exif: header?.exif,
    xmp: header?.xmp,
    isTruncated: bytes.byteSize < end,
  }
}

function readFirstChunk(bytes: ByteReader, end: number): WebpHeader | undefined {
  const type = boxType(bytes.uint32At(12))
  const at = 20
  if (at + le(bytes, 16, 4) > end) return undefined
  if (type === 'VP8 ' && le(bytes, at + 3, 3) === startCode) {
    const size = { width: le(bytes, at + 6, 2) & 0x3fff, height: le(bytes, at + 8, 2) & 0x3fff }
    return { size, frames: 1 }
  }
  if (type === 'VP8L' && bytes.byteAt(at) === signature) {
    const bits = le(bytes, at + 1, 4)
    return { size: { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 }, frames: 1 }
  }
  if (type !== 'VP8X') return undefined
  const flags = bytes.byteAt(at)
  const size = { width: le(bytes, at + 4, 3) + 1, height: le(bytes, at + 7, 3) + 1 }
  if (size.width * size.height > maxCanvasPixels) return undefined
  const { exif, xmp, frames } = walkChunks(bytes, end)
  const shown = flags & isAnimated ? frames : 1
  // An animation without frames would have no pixels to count, whatever its canvas.
  return shown === 0
    ? undefined
    : { size, frames: shown, exif: flags & hasExif ? exif : undefined, xmp: flags & hasXmp ? xmp : undefined }
}

function walkChunks(bytes: ByteReader, end: number): Omit<WebpHeader, 'size'> {
  let exif: Uint8Array | undefined
  let xmp: Uint8Array | undefined
  let frames = 0
  for (let at = 12; at + 8 <= end; ) {
    const type = bytes.uint32At(at)
    const byteSize = le(bytes, at + 4, 4)
    if (type === anmf) frames += 1
    if (type === exifChunk) exif ??= bytes.slice(at + 8, Math.min(byteSize, maxExifByteSize))
    if (type === xmpChunk) xmp ??= bytes.slice(at + 8, Math.min(byteSize, maxXmpByteSize))
    at += 8 + byteSize + (byteSize & 1)
  }
  return { exif, xmp, frames }
}
