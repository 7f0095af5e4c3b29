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

/** Bytes at the end of a part in which a boundary is looked for that does not begin a line. */
const tailByteSize = 16 * 1024

/**
 * Closes four gaps of busboy 1.6.0. Because of the first two the same form gave other fields, a shorter file or an error,
 * depending on how it was cut into packets (threat B013):
 *
 * - After the end of the form, busboy goes on reading parts until the packet ends. They are ignored here.
 * - If a boundary comes before the blank line that ends a part's headers, busboy ignores it and reads what follows as
 *   more headers, even bytes of the file. `onBroken` is called for it.
 * - If a boundary is not followed by a line break, busboy ends the part before it and ignores what comes after it. Spaces
 *   and tabs before the line break are removed here, and for anything else `onBroken` is called.
 * - If a client leaves out the line break before a boundary, the next part is read as the end of this one, or is skipped
 *   before the first one. An image with bytes after its end is whole, so that the texts after it would be lost in silence.
 *
 * @param options.onBroken called with the reason
 * @see RFC 2046 §5.1.1
 */
export function enforceFraming(
  parser: Writable,
  { boundary, onBroken }: { readonly boundary: string; readonly onBroken: (why: string) => void },
): Framing {
  const inner = parser as unknown as PrivateParser
  const boundaries = inner._bparser
  const original = boundaries._cb
  const tail = createTail(`--${boundary}`)
  let hasBegun = false
  /** What may come next in the line of a boundary; `undefined` outside of such a line. */
  let expected: ReadonlyMap<number, Expected> | undefined
  boundaries._cb = (isBoundary, data, start = 0, end = 0, isDataSafe) => {
    if (inner._complete) return
    if (data) tail.push(isDataSafe ? data.subarray(start, end) : Buffer.from(data.subarray(start, end)))
    let from = start
    for (let at = start; data && expected && at < end; at += 1) {
      const found = expected.get(data[at] ?? 0)
      if (found === undefined) onBroken(afterBoundary(data.subarray(at, Math.min(end, at + 20))))
      if (found?.isPadding) from = at + 1
      expected = found?.next
    }
    if (!data || from < end || isBoundary) original(isBoundary, data, from, end, isDataSafe)
    if (!isBoundary) return
    if (tail.endsWithPart())
      onBroken('a boundary does not begin a line. Expected a line break (CR LF) before it')
    tail.clear()
    hasBegun = true
    expected = lineOfBoundary
    if (inner._hparser !== null) onBroken('a boundary is inside the headers of a part')
  }
  return { hasBegun: () => hasBegun }
}

/** Keeps the last bytes of a part. @param delimiter that begins another part */
function createTail(delimiter: string) {
  let chunks: Buffer[] = []
  let byteSize = 0
  return {
    push(chunk: Buffer) {
      chunks.push(chunk)
      byteSize += chunk.length
      for (let first = chunks[0]; first && byteSize - first.length >= tailByteSize; first = chunks[0]) {
        chunks.shift()
        byteSize -= first.length
      }
    },
    endsWithPart() {
      const text = Buffer.concat(chunks).subarray(-tailByteSize).toString('latin1')
      const headers = text.matchAll(/content-disposition[ \t]{0,8}:/gi)
      return headers.some(({ index }) => text.slice(Math.max(0, index - 300), index).includes(delimiter))
    },
    clear() {
      chunks = []
      byteSize = 0
    },
  }
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
