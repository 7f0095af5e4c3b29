import { type ByteWindow, littleEndianAt } from './byte-reader.ts'
import { walkGif } from './gif-blocks.ts'
import type { StoredHeader } from './stored-header.ts'

/** Screens of the people who drew, written by old programs in place of the picture's size; the decoder knows them too. */
const screens = ['640x480', '640x512', '800x600', '1024x768', '1280x1024', '1600x1200', '0x0']

/** The screen of a GIF, as large as its decoder makes it, and how many pictures there are. @see GIF89a §18, §20 */
export function readGifHeader(bytes: ByteWindow): StoredHeader | undefined {
  let width = littleEndianAt(bytes, 6, 2)
  let height = littleEndianAt(bytes, 8, 2)
  const isForgotten = screens.includes(`${width}x${height}`) || width > 2048 || height > 2048
  if (isForgotten) width = height = 1
  let frames = 0
  const pictures = walkGif(bytes)
  let step = pictures.next()
  for (; !step.done; step = pictures.next()) {
    const { at } = step.value
    if (frames === 0) {
      width = Math.max(width, littleEndianAt(bytes, at + 1, 2) + littleEndianAt(bytes, at + 5, 2))
      height = Math.max(height, littleEndianAt(bytes, at + 3, 2) + littleEndianAt(bytes, at + 7, 2))
    }
    frames += 1
  }
  // A single picture that is cut short says nothing that could be relied on.
  const isKnown = frames > (step.value.isTruncated ? 1 : 0)
  return isKnown ? { width, height, frames } : undefined
}
