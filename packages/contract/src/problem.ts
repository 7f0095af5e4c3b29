import { type ErrorCode, type ErrorFacts, errorTable, isErrorCode, TintypeError } from './errors.ts'
import { shorten, shortenFacts } from './shorten.ts'

/** Media type of every error body. @see RFC 9457 */
export const problemMediaType = 'application/problem+json'

/** A short meaning of each code, the same each time. Not in the error table, so that the SDK does not contain it. */
const titles: Record<ErrorCode, string> = {
  FILE_REQUIRED: 'No file was sent',
  NOT_AN_IMAGE: 'The file is not an image of an allowed format',
  EMPTY_FILE: 'The file is empty',
  TOO_MANY_FILES: 'More than one file was sent',
  INVALID_MULTIPART: 'The form is malformed or incomplete',
  INVALID_REQUEST: 'The request is not valid',
  DIGEST_MISMATCH: 'The bytes do not match the digest that was sent',
  UNAUTHENTICATED: 'A valid credential is needed',
  ORIGIN_NOT_ALLOWED: 'Pages of this origin may not change anything',
  HOST_NOT_ALLOWED: 'The server does not answer to this host name',
  ROUTE_NOT_FOUND: 'There is nothing at this path',
  PHOTO_NOT_FOUND: 'There is no such photo',
  RENDITION_NOT_FOUND: 'There is no such rendition',
  FORBIDDEN: 'The caller lacks the right for this',
  INVALID_SIGNATURE: 'The signature of this URL is not valid',
  URL_EXPIRED: 'This URL has expired',
  QUOTA_EXCEEDED: 'The quota is used up',
  METHOD_NOT_ALLOWED: 'This path does not support the method',
  UPLOAD_TIMEOUT: 'The upload stopped or was too slow',
  IDEMPOTENCY_CONFLICT: 'This Idempotency-Key was used for other bytes',
  TOKEN_USED_UP: 'The upload token has no uses left',
  PRECONDITION_FAILED: 'A condition of the request is not met',
  PAYLOAD_TOO_LARGE: 'The upload is too large',
  UNSUPPORTED_MEDIA_TYPE: 'The content type is not supported',
  RANGE_NOT_SATISFIABLE: 'The range is outside the file',
  UNREADABLE_IMAGE: 'The image cannot be decoded',
  TOO_MANY_PIXELS: 'The image is too large to decode',
  RATE_LIMITED: 'Too many requests',
  INTERNAL: 'The server failed',
  OVERLOADED: 'The server is busy, try again shortly',
  STORAGE_UNAVAILABLE: 'The storage cannot be reached',
  CATALOG_UNAVAILABLE: 'The catalog cannot be reached',
  IDENTITY_UNAVAILABLE: 'Credentials cannot be checked at the moment',
  STORAGE_FULL: 'There is no space left',
}

/** An error as it crosses the wire, over plain HTTP and inside tRPC's `error.data`. @see RFC 9457 §3.1 */
export interface Problem {
  /** URN made from the code; identifies the kind of problem. */
  readonly type: string
  readonly title: string
  readonly status: (typeof errorTable)[ErrorCode]
  /** What was expected and what arrived in this request. */
  readonly detail: string
  readonly code: ErrorCode
  readonly requestId: string
  /** Facts of this occurrence, such as `limit` and `received`. */
  readonly [fact: string]: ErrorFacts[string]
}

/** Converts an error to what is sent. A code that never crosses the wire becomes `INTERNAL`. */
export function toProblem(error: TintypeError, requestId: string): Problem {
  const code = isErrorCode(error.code) ? error.code : 'INTERNAL'
  const status = errorTable[code]
  const type = `urn:tintype:problem:${code.toLowerCase().replaceAll('_', '-')}`
  const facts = shortenFacts(error.facts)
  return {
    ...facts,
    type,
    title: titles[code],
    status,
    detail: shorten(error.message, 2500),
    code,
    requestId,
  }
}

/** Converts a problem back to its error; `undefined` if `value` is not one of a Tintype server. */
export function fromProblem(value: unknown, retryAfterSeconds?: number): TintypeError | undefined {
  const problem = value as Problem | null | undefined
  // a proxy may have words of its own in a member `code`
  if (!isErrorCode(problem?.code) || !problem.requestId) return undefined
  // `error` is tRPC's envelope, which a refusal under `/trpc` has as well
  const { type: _1, title, status: _2, detail, code, requestId, error: _3, ...facts } = problem
  return new TintypeError(code, detail ?? title, { facts, requestId, retryAfterSeconds })
}
