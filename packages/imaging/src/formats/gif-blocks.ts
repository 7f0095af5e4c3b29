import type { ByteWindow } from './byte-reader.ts'

/** One picture of a GIF. */
export interface GifPicture {
  /** Where its descriptor starts. */
  readonly at: number
}

/**
 * Walks over the pictures of a GIF, and tells in the end whether the file ends before its structure does.
 *
 * @see GIF89a §18–§27: screen descriptor, then images (0x2c) and extensions (0x21) in sub-blocks until 0x3b
 */
export function* walkGif(bytes: ByteWindow): Generator<GifPicture, { readonly isTruncated: boolean }> {
  let at = 13 + colorTableByteSize(bytes.byteAt(10))
  for (;;) {
    const introducer = bytes.byteAt(at)
    if (introducer < 0) return { isTruncated: true }
    if (introducer === 0x21) at = afterSubBlocks(bytes, at + 2)
    else if (introducer === 0x2c) {
      yield { at }
      at = afterSubBlocks(bytes, at + 11 + colorTableByteSize(bytes.byteAt(at + 9)))
    }
    // The trailer, or bytes that no decoder would go on behind.
    else return { isTruncated: false }
  }
}

function colorTableByteSize(flags: number): number {
  return flags >= 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0
}

function afterSubBlocks(bytes: ByteWindow, start: number): number {
  let at = start
  for (let size = bytes.byteAt(at); size > 0; size = bytes.byteAt(at)) at += size + 1
  return at + 1
}
