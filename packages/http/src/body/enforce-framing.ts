import type { Writable } from 'node:stream'

/** Called for each boundary and for the bytes between them, which are `data` from `start` to `end`. */
type BoundaryCallback = (
  isBoundary: boolean,
  data?: Buffer,
  start?: number,
  end?: number,
  isDataSafe?: boolean,
) => void

/** Private members of busboy's parser. `read-form.test.ts` fails if a version of busboy lacks them. */
interface PrivateParser {
  /** Reads the headers of a part; `null` after the blank line that ends them, until the next boundary. */
  readonly _hparser: object | null
  /** Whether the boundary that ends the form was found. */
  readonly _complete: boolean
  /** Finds boundaries. */
  readonly _bparser: { _cb: BoundaryCallback }
}

/** What was found of a form's framing. */
export interface Framing {
  /** Whether a boundary was found. */
  hasBegun(): boolean
}

/**
 * Closes three gaps of busboy 1.6.0. Because of the first two the same form gave other fields, a shorter file or an error,
 * depending on how it was cut into packets (threat B013):
 *
 * - After the end of the form, busboy goes on reading parts until the packet ends. They are ignored here.
 * - If a boundary comes before the blank line that ends a part's headers, busboy ignores it and reads what follows as
 *   more headers, even bytes of the file. `onBroken` is called for it.
 * - If a boundary is not followed by a line break, busboy ends the part before it and ignores what comes after it. Spaces
 *   and tabs before the line break are removed here, and for anything else `onBroken` is called.
 *
 * @param onBroken called with the reason
 * @see RFC 2046 §5.1.1
 */
export function enforceFraming(parser: Writable, onBroken: (why: string) => void): Framing {
  const inner = parser as unknown as PrivateParser
  const boundaries = inner._bparser
  const original = boundaries._cb
  let hasBegun = false
  /** What may come next in the line of a boundary; `undefined` outside of such a line. */
  let expected: ReadonlyMap<number, Expected> | undefined
  boundaries._cb = (isBoundary, data, start = 0, end = 0, isDataSafe) => {
    if (inner._complete) return
    let from = start
    for (let at = start; data && expected && at < end; at += 1) {
      const found = expected.get(data[at] ?? 0)
      if (found === undefined) onBroken(afterBoundary(data.subarray(at, Math.min(end, at + 20))))
      if (found?.isPadding) from = at + 1
      expected = found?.next
    }
    if (!data || from < end || isBoundary) original(isBoundary, data, from, end, isDataSafe)
    if (!isBoundary) return
    hasBegun = true
    expected = lineOfBoundary
    if (inner._hparser !== null) onBroken('a boundary is inside the headers of a part')
  }
  return { hasBegun: () => hasBegun }
}

/** What one byte in the line of a boundary means. */
interface Expected {
  /** What may come after it; absent if this byte is the last one that matters. */
  readonly next?: ReadonlyMap<number, Expected>
  readonly isPadding?: boolean
}

const [tab = 0, lineFeed = 0, carriageReturn = 0, space = 0, dash = 0] = Buffer.from('\t\n\r -')
const last: Expected = {}
const lineBreak: readonly [number, Expected] = [carriageReturn, { next: new Map([[lineFeed, last]]) }]
const afterPadding = new Map<number, Expected>([lineBreak])
for (const byte of [space, tab]) afterPadding.set(byte, { next: afterPadding, isPadding: true })
const lineOfBoundary: ReadonlyMap<number, Expected> = new Map([
  ...afterPadding,
  [dash, { next: new Map([[dash, last]]) }],
])

function afterBoundary(bytes: Buffer): string {
  const found = JSON.stringify(bytes.toString('latin1'))
  return `after a boundary comes ${found}. Expected a line break (CR LF), or "--" at the end of the form`
}
