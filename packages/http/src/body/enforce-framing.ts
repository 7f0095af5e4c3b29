import type { Writable } from 'node:stream'

/** What is used here is private to busboy: `read-form.test.ts` goes red should a version be without it. */
interface PrivateParser {
  /** Reads the headers of a part; `null` between the blank line behind them and the next boundary. */
  readonly _hparser: object | null
  /** Whether the boundary that ends the form was met. */
  readonly _complete: boolean
  /** Finds boundaries, and tells of each and of what stands between them. */
  readonly _bparser: { _cb: (isBoundary: boolean, ...bytes: readonly unknown[]) => void }
}

/**
 * Closes two gaps of busboy 1.6.0, through which the same form gave other fields, a shorter file or an error,
 * depending on how it was cut into packets (threat B013):
 *
 * - Behind the end of the form it goes on reading parts until the end of the packet; none of them counts.
 * - A boundary among the headers of a part, before the blank line that ends them, it takes for nothing and what
 *   follows for more headers, bytes of the file among them; `onUnfinished` hears of it.
 *
 * @see RFC 2046 §5.1.1
 */
export function enforceFraming(parser: Writable, onUnfinished: () => void): void {
  const inner = parser as unknown as PrivateParser
  const boundaries = inner._bparser
  const take = boundaries._cb
  boundaries._cb = (isBoundary, ...bytes) => {
    if (inner._complete) return
    take(isBoundary, ...bytes)
    if (isBoundary && inner._hparser !== null) onUnfinished()
  }
}
