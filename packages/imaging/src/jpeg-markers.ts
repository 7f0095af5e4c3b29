import type { ByteWindow } from './byte-window.ts'

/** Whether a marker starts a frame header. @see ITU-T T.81 table B.1 */
export function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)
}

/** Whether a length follows a marker. */
export function hasLength(marker: number): boolean {
  return marker >= 0xc0 && marker < 0xff && (marker < 0xd0 || marker > 0xd9)
}

/** Where the segment of a marker with a length ends. */
export function afterSegment(bytes: ByteWindow, at: number): number {
  return at + 2 + Math.max(2, bytes.byteAt(at + 2) * 256 + bytes.byteAt(at + 3))
}
