/** One box of an ISO base media file. @see ISO/IEC 14496-12 §4.2 */
export interface Box {
  /** Four characters, latin1. */
  readonly type: string
  /** Offsets of the body: behind the header, and behind the last byte. */
  readonly start: number
  readonly end: number
}

/**
 * Walks the boxes between two offsets. Ends at the first that does not fit, so it always ends: each step moves
 * on by at least a header.
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
 * A box's own bytes and no more: a thousand small boxes that each declare as many members as there are bytes
 * behind them would be read a thousand times over.
 */
export function bodyOf(view: DataView, { start, end }: Box): DataView {
  return new DataView(view.buffer, view.byteOffset + start, end - start)
}

/** The number that four characters are, for walks over millions of boxes: comparing numbers makes no text of each. */
export function boxCode(type: string): number {
  return Buffer.from(type, 'latin1').readUInt32BE()
}
