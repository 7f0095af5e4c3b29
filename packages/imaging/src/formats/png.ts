import { crc32 } from 'node:zlib'
import { boxCode } from './boxes.ts'
import type { ByteWindow } from './byte-reader.ts'
import { maxExifByteSize, startsWithPreamble } from './exif.ts'
import type { StoredHeader } from './stored-header.ts'

/** The largest side that the decoder takes for one; the format's own bound is 2³¹ − 1. @see VIPS_MAX_COORD of libvips */
const maxSide = 100_000_000

const [ihdr, idat, iend, exifChunk] = ['IHDR', 'IDAT', 'IEND', 'eXIf'].map(boxCode)

/** The header chunk of a PNG, and its EXIF as far as it stands before the pixels. @see PNG §11.2.1 (IHDR), §11.3.4.5 (eXIf) */
export function readPngHeader(bytes: ByteWindow): StoredHeader | undefined {
  const isSound = bytes.uint32At(8) === 13 && crc32(bytes.slice(12, 17)) === bytes.uint32At(29)
  const size = { width: bytes.uint32At(16), height: bytes.uint32At(20) }
  if (!isSound || bytes.uint32At(12) !== ihdr || Math.max(size.width, size.height) > maxSide) return undefined
  for (let at = 33; ; ) {
    const length = bytes.uint32At(at)
    const type = bytes.uint32At(at + 4)
    if (length < 0 || type === idat || type === iend) return { ...size, frames: 1 }
    if (type === exifChunk) {
      const exif = bytes.slice(at + 8, Math.min(length, maxExifByteSize))
      // In a PNG it has no preamble, and the decoder takes none of what has.
      return { ...size, frames: 1, exif: startsWithPreamble(exif) ? undefined : exif }
    }
    at += 12 + length
  }
}
