/** One box of an ISO base media file. @see ISO/IEC 14496-12 §4.2 */
export interface Box {
  /** Four characters, latin1. */
  readonly type: string
  /** Offset of the body's first byte. */
  readonly start: number
  /** Offset after the body's last byte. */
  readonly end: number
}

/**
 * Walks over the boxes between two offsets. Stops at the first box that does not fit. Each step moves on by at least
 * the 8 bytes of a header, so the walk is bounded.
 */
export function* boxesWithin(view: DataView, start: number, end: number): Generator<Box> {
  for (let at = start; at + 8 <= end; ) {
    const declared = view.getUint32(at)
    const next = declared === 0 ? end : at + declared
    if (next < at + 8 || next > end) return
    yield { type: boxType(view.getUint32(at + 4)), start: at + 8, end: next }
    at = next
  }
}

/** The four characters of a box type, an item type or a brand. */
export function boxType(code: number): string {
  return String.fromCharCode(code >>> 24, (code >>> 16) & 255, (code >>> 8) & 255, code & 255)
}

/**
 * The body of a box and nothing after it. Otherwise a thousand small boxes that each declare as many members as bytes
 * follow would make the same bytes be read a thousand times.
 */
export function bodyOf(view: DataView, { start, end }: Box): DataView {
  return new DataView(view.buffer, view.byteOffset + start, end - start)
}

/** The number for four characters. Walks over millions of boxes compare numbers and create no strings. */
export function boxCode(type: string): number {
  return Buffer.from(type, 'latin1').readUInt32BE()
}
