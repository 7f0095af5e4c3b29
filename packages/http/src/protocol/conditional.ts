import type { IncomingHttpHeaders } from 'node:http'
import type { ByteRange } from '@tintype/storage'
import { parseHttpDate } from './http-date.ts'
import { parseRange } from './range.ts'

/** A request for a representation that exists, and the validators of that representation. */
export interface ConditionalRequest {
  readonly method: string
  readonly headers: IncomingHttpHeaders
  /** As it is sent: quoted, with `W/` if it is weak. */
  readonly etag: string
  /** Of the whole representation. */
  readonly byteSize: number
  /** Milliseconds since the epoch; compared in whole seconds, as HTTP dates are. */
  readonly lastModifiedMs?: number | undefined
}

/** How to answer: the whole, a part, not at all, or with an error. */
export type Evaluation =
  | { readonly status: 200 | 304 | 412 | 416; readonly range?: undefined }
  | { readonly status: 206; readonly range: ByteRange }

/**
 * Evaluates a request's preconditions and its range, in the order that HTTP prescribes. Pure.
 *
 * @see RFC 9110 §13.2.2
 */
export function evaluateRequest(request: ConditionalRequest): Evaluation {
  if (isChanged(request)) return { status: 412 }
  const isRead = request.method === 'GET' || request.method === 'HEAD'
  if (isUnchanged(request, isRead)) return { status: isRead ? 304 : 412 }
  // Range applies to GET only (RFC 9110 §14.2): HEAD gets the headers of the whole (B253, B261).
  const mayBePart = request.method === 'GET' && holdsIfRange(request)
  const range = mayBePart ? parseRange(request.headers.range, request.byteSize) : undefined
  if (range === undefined) return { status: 200 }
  return range === 'unsatisfiable' ? { status: 416 } : { status: 206, range }
}

/** Steps 1 and 2: whether the caller requires a version that is no longer current. */
function isChanged({ headers, etag, lastModifiedMs }: ConditionalRequest): boolean {
  const ifMatch = headers['if-match']
  if (ifMatch !== undefined) return !listsTag(ifMatch, etag, isSameStrong)
  const since = parseHttpDate(headers['if-unmodified-since'])
  return since !== undefined && lastModifiedMs !== undefined && toSeconds(lastModifiedMs) > toSeconds(since)
}

/** Steps 3 and 4: whether the caller already has the current version. */
function isUnchanged({ headers, etag, lastModifiedMs }: ConditionalRequest, isRead: boolean): boolean {
  const ifNoneMatch = headers['if-none-match']
  if (ifNoneMatch !== undefined) return listsTag(ifNoneMatch, etag, isSameWeak)
  const since = isRead ? parseHttpDate(headers['if-modified-since']) : undefined
  return since !== undefined && lastModifiedMs !== undefined && toSeconds(lastModifiedMs) <= toSeconds(since)
}

/** Step 5: whether the requested part belongs to the version that the caller has. */
function holdsIfRange({ headers, etag, lastModifiedMs }: ConditionalRequest): boolean {
  const ifRange = headers['if-range']
  if (ifRange === undefined) return true
  // Node's types allow one value, but not every version joins a header that was sent twice.
  const validator = String(ifRange)
  if (/^(?:W\/)?"/.test(validator)) return isSameStrong(validator, etag)
  const date = parseHttpDate(validator)
  return date !== undefined && lastModifiedMs !== undefined && toSeconds(date) === toSeconds(lastModifiedMs)
}

const toSeconds = (ms: number) => Math.floor(ms / 1000)
const isSameStrong = (one: string, other: string) => one === other && !one.startsWith('W/')
const isSameWeak = (one: string, other: string) => opaque(one) === opaque(other)
const opaque = (tag: string) => (tag.startsWith('W/') ? tag.slice(2) : tag)

/**
 * Whether a list of entity tags is `*` or has a member equal to `etag`. Reading ends at the first character that is not part
 * of a tag. The sticky pattern reads each character once (threat B286).
 *
 * @see RFC 9110 §8.8.3
 */
function listsTag(list: string, etag: string, isSame: (one: string, other: string) => boolean): boolean {
  if (list.trim() === '*') return true
  const next = /[\t ,]*((?:W\/)?"[^"]*")/y
  for (let match = next.exec(list); match !== null; match = next.exec(list)) {
    if (isSame(match[1] ?? '', etag)) return true
  }
  return false
}
