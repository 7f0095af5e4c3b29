import type { Size } from '../image.ts'
import { type ByteReader, littleEndianAt } from './byte-reader.ts'
import type { GifStructure } from './types.ts'

/** Old programs wrote the screen's size in place of the picture's. The decoder ignores the same sizes. */
const ignoredScreens = ['640x480', '640x512', '800x600', '1024x768', '1280x1024', '1600x1200', '0x0']

const extension = 0x21
const imageDescriptor = 0x2c

/**
 * Walks over the blocks of a GIF. Its size is the one that the decoder gives it: the screen, or the first picture if
 * that is larger.
 *
 * @see GIF89a §18 (screen descriptor), §20 (image descriptor), §23–§27 (extensions, trailer)
 */
export function readGif(bytes: ByteReader): GifStructure {
  let size = readScreen(bytes)
  let frames = 0
  let at = 13 + colorTableByteSize(bytes.byteAt(10))
  for (;;) {
    const introducer = bytes.byteAt(at)
    if (introducer === extension) at = afterSubBlocks(bytes, at + 2)
    else if (introducer === imageDescriptor) {
      if (frames === 0) size = extendToPicture(bytes, at, size)
      frames += 1
      at = afterSubBlocks(bytes, at + 11 + colorTableByteSize(bytes.byteAt(at + 9)))
    } else {
      // The end of the file, the trailer, or bytes at which every decoder stops.
      const isTruncated = introducer < 0
      // The size of a single picture that is cut short is not reliable.
      const isKnown = frames > (isTruncated ? 1 : 0)
      return { format: 'gif', size: isKnown ? size : undefined, frames, isTruncated }
    }
  }
}

function readScreen(bytes: ByteReader): Size {
  const width = littleEndianAt(bytes, 6, 2)
  const height = littleEndianAt(bytes, 8, 2)
  const isIgnored = ignoredScreens.includes(`${width}x${height}`) || width > 2048 || height > 2048
  return isIgnored ? { width: 1, height: 1 } : { width, height }
}

function extendToPicture(bytes: ByteReader, at: number, { width, height }: Size): Size {
  return {
    width: Math.max(width, littleEndianAt(bytes, at + 1, 2) + littleEndianAt(bytes, at + 5, 2)),
    height: Math.max(height, littleEndianAt(bytes, at + 3, 2) + littleEndianAt(bytes, at + 7, 2)),
  }
}

function colorTableByteSize(flags: number): number {
  return flags >= 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0
}

function afterSubBlocks(bytes: ByteReader, start: number): number {
  let at = start
  for (let size = bytes.byteAt(at); size > 0; size = bytes.byteAt(at)) at += size + 1
  return at + 1
}
