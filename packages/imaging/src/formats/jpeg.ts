import type { ByteWindow } from './byte-reader.ts'
import { afterSegment, isFrame, nextSegment, startOfScan } from './jpeg-markers.ts'
import type { StoredHeader } from './stored-header.ts'

const exifPreamble = 0x45786966

/** The frame header of a JPEG, and its first EXIF segment. @see ITU-T T.81 §B.2.2; Exif 2.32 §4.7.2 */
export function readJpegHeader(bytes: ByteWindow): StoredHeader | undefined {
  let size: { readonly width: number; readonly height: number } | undefined
  let exif: Uint8Array | undefined
  for (let at = nextSegment(bytes, 2); at >= 0; at = nextSegment(bytes, afterSegment(bytes, at))) {
    const marker = bytes.byteAt(at + 1)
    if (marker === startOfScan) break
    if (isFrame(marker)) size ??= { height: uint16(bytes, at + 5), width: uint16(bytes, at + 7) }
    if (marker === 0xe1 && bytes.uint32At(at + 4) === exifPreamble)
      exif ??= bytes.slice(at + 4, afterSegment(bytes, at) - at - 4)
  }
  return size && { ...size, frames: 1, exif }
}

function uint16(bytes: ByteWindow, at: number): number {
  return bytes.byteAt(at) * 256 + bytes.byteAt(at + 1)
}
