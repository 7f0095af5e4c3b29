import type { Size } from '../image.ts'
import { maxXmpByteSize } from '../metadata/xmp.ts'
import { type ByteReader, littleEndianAt } from './byte-reader.ts'
import { hasAllPixels } from './gif-pixels.ts'
import type { GifStructure, Rectangle } from './types.ts'

const extension = 0x21
const imageDescriptor = 0x2c
const trailer = 0x3b
const xmpExtension = Buffer.from('\x21\xff\x0bXMP DataXMP', 'latin1')

/**
 * Walks over the blocks of a GIF. Its size is that of its canvas: the screen, which the first picture extends if it is
 * larger. If the file ends after a complete block, nothing but its trailer is missing, and that is written for the decoder. Pixels
 * are counted in the first picture, which is shown, and in the last one: a file that was cut misses some there, also if an end
 * was put behind it.
 *
 * @see GIF89a §18 (screen descriptor), §20 (image descriptor), §23–§27 (extensions, trailer)
 */
export function readGif(bytes: ByteReader): GifStructure {
  let canvas: Size = { width: littleEndianAt(bytes, 6, 2), height: littleEndianAt(bytes, 8, 2) }
  let frame: Rectangle | undefined
  let frames = 0
  let firstAt = 0
  let lastAt = 0
  let xmp: Uint8Array | undefined
  let at = 13 + colorTableByteSize(bytes.byteAt(10))
  for (;;) {
    const introducer = bytes.byteAt(at)
    if (introducer === extension) {
      xmp ??= readXmp(bytes, at)
      at = afterSubBlocks(bytes, at + 2)
    } else if (introducer === imageDescriptor) {
      if (frames === 0) {
        firstAt = at
        frame = readFrame(bytes, at)
        canvas = extendTo(frame, canvas)
      }
      frames += 1
      lastAt = at
      at = afterSubBlocks(bytes, dataAfter(bytes, at) + 1)
    } else break // The end of the file, the trailer, or bytes at which every decoder stops.
  }
  const pictures = frames > 0 ? new Set([firstAt, lastAt]) : []
  const isWhole = [...pictures].every((one) => hasPixelsOf(bytes, one))
  const isTruncated = !isWhole || at > bytes.byteSize
  const isEndMissing = at === bytes.byteSize
  return {
    format: 'gif',
    // The size of a single picture that is cut short is not reliable.
    size: frames > (isTruncated ? 1 : 0) ? canvas : undefined,
    frames,
    frame: unlessWhole(frame, canvas),
    xmp,
    isTruncated,
    isEndMissing,
    patches: isEndMissing ? [{ offset: bytes.byteSize, bytes: Uint8Array.of(trailer) }] : [],
  }
}

/** Whether the picture whose descriptor is at `at` has all its pixels. */
function hasPixelsOf(bytes: ByteReader, at: number): boolean {
  const { width, height } = readFrame(bytes, at)
  return hasAllPixels(bytes, dataAfter(bytes, at), width * height)
}

/** Offset of the compressed data of the picture whose descriptor is at `at`. */
function dataAfter(bytes: ByteReader, at: number): number {
  return at + 10 + colorTableByteSize(bytes.byteAt(at + 9))
}

function readFrame(bytes: ByteReader, at: number): Rectangle {
  const [left = 0, top = 0, width = 0, height = 0] = [1, 3, 5, 7].map((from) =>
    littleEndianAt(bytes, at + from, 2),
  )
  return { left, top, width, height }
}

function extendTo({ left, top, width, height }: Rectangle, canvas: Size): Size {
  return { width: Math.max(canvas.width, left + width), height: Math.max(canvas.height, top + height) }
}

/** The XMP of the extension at `at`, and what follows it, if it has any. @see XMP specification part 3, §1.1.2 */
function readXmp(bytes: ByteReader, at: number): Uint8Array | undefined {
  const start = at + xmpExtension.length
  const isXmp = bytes.byteAt(at + 1) === xmpExtension[1] && xmpExtension.equals(bytes.slice(at, start - at))
  return isXmp ? bytes.slice(start, maxXmpByteSize) : undefined
}

function unlessWhole(frame: Rectangle | undefined, canvas: Size): Rectangle | undefined {
  const isWhole = frame?.width === canvas.width && frame.height === canvas.height
  return isWhole ? undefined : frame
}

function colorTableByteSize(flags: number): number {
  return flags >= 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0
}

function afterSubBlocks(bytes: ByteReader, start: number): number {
  let at = start
  for (let size = bytes.byteAt(at); size > 0; size = bytes.byteAt(at)) at += size + 1
  return at + 1
}
