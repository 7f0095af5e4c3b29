import { boxCode, boxType } from './boxes.ts'
import { type ByteWindow, littleEndianAt as le } from './byte-reader.ts'
import { maxExifByteSize } from './exif.ts'
import type { StoredHeader } from './stored-header.ts'

/** Flags of the extended header. @see RFC 9649 §2.7 */
const hasExif = 0x08
const isAnimated = 0x02
/** Of an extended one: larger is none. @see RFC 9649 §2.7.1 */
const maxCanvasPixels = 2 ** 32 - 1
/** What a lossy and a lossless picture start with. @see RFC 6386 §9.1; RFC 9649 §3.4 */
const startCode = 0x2a019d
const signature = 0x2f

const anmf = boxCode('ANMF')
const exifChunk = boxCode('EXIF')

/** The size of a WebP from the first chunk that tells it; of an extended one also its EXIF and its frames. @see RFC 9649 §2.5–§2.7 */
export function readWebpHeader(bytes: ByteWindow): StoredHeader | undefined {
  const type = boxType(bytes.uint32At(12))
  const at = 20
  const isWhole = at + le(bytes, 16, 4) <= Math.min(bytes.byteSize, 8 + le(bytes, 4, 4))
  if (!isWhole) return undefined
  if (type === 'VP8 ' && le(bytes, at + 3, 3) === startCode)
    return { width: le(bytes, at + 6, 2) & 0x3fff, height: le(bytes, at + 8, 2) & 0x3fff, frames: 1 }
  if (type === 'VP8L' && bytes.byteAt(at) === signature) {
    const bits = le(bytes, at + 1, 4)
    return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1, frames: 1 }
  }
  if (type !== 'VP8X') return undefined
  const flags = bytes.byteAt(at)
  const size = { width: le(bytes, at + 4, 3) + 1, height: le(bytes, at + 7, 3) + 1 }
  if (size.width * size.height > maxCanvasPixels) return undefined
  const { exif, frames } = walkChunks(bytes)
  const shown = flags & isAnimated ? frames : 1
  // An animation of nothing would have no pixels to count, whatever its canvas.
  return shown === 0 ? undefined : { ...size, frames: shown, exif: flags & hasExif ? exif : undefined }
}

function walkChunks(bytes: ByteWindow): { readonly exif: Uint8Array | undefined; readonly frames: number } {
  let exif: Uint8Array | undefined
  let frames = 0
  const end = Math.min(bytes.byteSize, 8 + le(bytes, 4, 4))
  for (let at = 12; at + 8 <= end; ) {
    const type = bytes.uint32At(at)
    const byteSize = le(bytes, at + 4, 4)
    if (type === anmf) frames += 1
    if (type === exifChunk) exif ??= bytes.slice(at + 8, Math.min(byteSize, maxExifByteSize))
    at += 8 + byteSize + (byteSize & 1)
  }
  return { exif, frames }
}
