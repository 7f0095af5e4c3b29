import type { Writable } from 'node:stream'

/** Private members of busboy's parser. `read-form.test.ts` fails if a version of busboy lacks them. */
interface PrivateParser {
  /** Reads the headers of a part; `null` after the blank line that ends them, until the next boundary. */
  readonly _hparser: object | null
  /** Whether the boundary that ends the form was found. */
  readonly _complete: boolean
  /** Finds boundaries, and calls back for each one and for the bytes between them. */
  readonly _bparser: { _cb: (isBoundary: boolean, ...bytes: readonly unknown[]) => void }
}

/**
 * Closes two gaps of busboy 1.6.0. Because of them the same form gave other fields, a shorter file or an error,
 * depending on how it was cut into packets (threat B013):
 *
 * - After the end of the form, busboy goes on reading parts until the packet ends. They are ignored here.
 * - If a boundary comes before the blank line that ends a part's headers, busboy ignores it and reads what follows as
 *   more headers, even bytes of the file. `onUnfinished` is called for it.
 *
 * @see RFC 2046 §5.1.1
 */
export function enforceFraming(parser: Writable, onUnfinished: () => void): void {
  const inner = parser as unknown as PrivateParser
  const boundaries = inner._bparser
  const original = boundaries._cb
  boundaries._cb = (isBoundary, ...bytes) => {
    if (inner._complete) return
    original(isBoundary, ...bytes)
    if (isBoundary && inner._hparser !== null) onUnfinished()
  }
}
