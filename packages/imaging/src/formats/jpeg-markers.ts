import type { ByteWindow } from './byte-reader.ts'

/** Whether a marker starts a frame header. @see ITU-T T.81 table B.1 */
export function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)
}

/** Whether a length follows a marker. */
function hasLength(marker: number): boolean {
  return marker >= 0xc0 && marker < 0xff && (marker < 0xd0 || marker > 0xd9)
}

/** The marker of a scan. */
export const startOfScan = 0xda
/** The marker that ends an image. */
export const endOfImage = 0xd9

const ends = Uint8Array.from({ length: 256 }, (_, marker) => (marker === endOfImage ? 1 : 0))
const stops = ends.map((isEnd, marker) => (isEnd || hasLength(marker) ? 1 : 0))

/**
 * Where the next segment or the end of the image begins, at `at` or behind; -1 where there is none. What lies before
 * it is stepped over as libjpeg does, be it junk (B118), coded data, in which 0 follows 0xff, or restarts.
 */
export function nextSegment(bytes: ByteWindow, at: number): number {
  return bytes.markerAt(stops, at)
}

/** Where the end of the image next stands, in whatever. */
export function nextEnd(bytes: ByteWindow, at: number): number {
  return bytes.markerAt(ends, at)
}

/** Behind what `nextSegment` found. */
export function afterSegment(bytes: ByteWindow, at: number): number {
  if (bytes.byteAt(at + 1) === endOfImage) return at + 2
  return at + 2 + Math.max(2, bytes.byteAt(at + 2) * 256 + bytes.byteAt(at + 3))
}
