import { type ErrorCode, type ErrorFacts, errorTable, isErrorCode, TintypeError } from './errors.ts'

/** Media type of every error body. @see RFC 9457 */
export const problemMediaType = 'application/problem+json'

/** What each code means: short, and the same for every occurrence. Apart from the table, so that the SDK does not carry it. */
const titles: Record<ErrorCode, string> = {
  FILE_REQUIRED: 'No file was sent',
  NOT_AN_IMAGE: 'Not an image that is accepted here',
  EMPTY_FILE: 'The file is empty',
  TOO_MANY_FILES: 'More than one file was sent',
  INVALID_MULTIPART: 'The form is malformed or incomplete',
  INVALID_REQUEST: 'The request is not valid',
  DIGEST_MISMATCH: 'The bytes do not match their digest',
  UNAUTHENTICATED: 'A valid credential is needed',
  ORIGIN_NOT_ALLOWED: 'Pages of this origin may not write here',
  HOST_NOT_ALLOWED: 'This host name is not served here',
  ROUTE_NOT_FOUND: 'Nothing is served under this path',
  PHOTO_NOT_FOUND: 'No such photo',
  RENDITION_NOT_FOUND: 'No such rendition',
  FORBIDDEN: 'This is not allowed for you',
  INVALID_SIGNATURE: 'The signature of this URL is not valid',
  URL_EXPIRED: 'This URL has expired',
  QUOTA_EXCEEDED: 'The quota is used up',
  METHOD_NOT_ALLOWED: 'This method is not supported here',
  UPLOAD_TIMEOUT: 'The upload stopped or was too slow',
  IDEMPOTENCY_CONFLICT: 'This Idempotency-Key was used for other bytes',
  TOKEN_USED_UP: 'This upload token was used as often as it may be',
  PRECONDITION_FAILED: 'A precondition of the request does not hold',
  PAYLOAD_TOO_LARGE: 'The upload is too large',
  UNSUPPORTED_MEDIA_TYPE: 'This content type cannot be read here',
  RANGE_NOT_SATISFIABLE: 'The range lies outside the file',
  UNREADABLE_IMAGE: 'The image cannot be decoded',
  TOO_MANY_PIXELS: 'The image is too large to decode',
  RATE_LIMITED: 'Too many requests',
  INTERNAL: 'Something went wrong on our side',
  OVERLOADED: 'Too much at once, try again shortly',
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
  readonly status: (typeof errorTable)[ErrorCode]['status']
  /** What was expected and what arrived, this time. */
  readonly detail: string
  readonly code: ErrorCode
  readonly requestId: string
  /** Facts of this occurrence, such as `limit` and `received`. */
  readonly [fact: string]: ErrorFacts[string]
}

/** Renders an error for the wire. A code that never crosses it becomes `INTERNAL`. */
export function toProblem(error: TintypeError, requestId: string): Problem {
  const code = isErrorCode(error.code) ? error.code : 'INTERNAL'
  const { status } = errorTable[code]
  const type = `urn:tintype:problem:${code.toLowerCase().replaceAll('_', '-')}`
  return { ...error.facts, type, title: titles[code], status, detail: error.message, code, requestId }
}

/** Reads a problem back into the error it was made from; `undefined` where `value` is none. */
export function fromProblem(value: unknown, retryAfterSeconds?: number): TintypeError | undefined {
  if (typeof value !== 'object' || value === null || !('code' in value) || !isErrorCode(value.code))
    return undefined
  const { type: _type, title, status: _status, detail, code: _code, requestId, ...rest } = value as Problem
  const { error: _error, ...facts } = rest // tRPC's envelope, beside a problem that has no path
  return new TintypeError(value.code, detail ?? title, { facts, requestId, retryAfterSeconds })
}
