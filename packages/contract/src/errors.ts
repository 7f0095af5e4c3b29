/** One row of the error table: how a failure looks on every wire. */
export interface ErrorRow {
  /** HTTP status code. */
  readonly status: number
  /** Key of tRPC's own code table, the nearest to `status`. */
  readonly rpc: string
  /** Whether the same request may succeed later without being changed. */
  readonly retryable: boolean
  /** Short, human-readable, the same for every occurrence (RFC 9457 §3.1.3). */
  readonly title: string
}

/**
 * Every failure Tintype can answer with. The only place where a code meets a status.
 *
 * @see docs/http-api.md for when each is used
 */
export const errorTable = {
  FILE_REQUIRED: row(422, 'UNPROCESSABLE_CONTENT', 'No file was sent'),
  NOT_AN_IMAGE: row(400, 'BAD_REQUEST', 'Not an image that is accepted here'),
  EMPTY_FILE: row(400, 'BAD_REQUEST', 'The file is empty'),
  TOO_MANY_FILES: row(400, 'BAD_REQUEST', 'More than one file was sent'),
  INVALID_MULTIPART: row(400, 'BAD_REQUEST', 'The form is malformed or incomplete'),
  INVALID_REQUEST: row(400, 'BAD_REQUEST', 'The request is not valid'),
  DIGEST_MISMATCH: row(400, 'BAD_REQUEST', 'The bytes do not match their digest'),
  ORIGIN_NOT_ALLOWED: row(403, 'FORBIDDEN', 'Pages of this origin may not write here'),
  HOST_NOT_ALLOWED: row(403, 'FORBIDDEN', 'This host name is not served here'),
  ROUTE_NOT_FOUND: row(404, 'NOT_FOUND', 'Nothing is served under this path'),
  PHOTO_NOT_FOUND: row(404, 'NOT_FOUND', 'No such photo'),
  RENDITION_NOT_FOUND: row(404, 'NOT_FOUND', 'No such rendition'),
  METHOD_NOT_ALLOWED: row(405, 'METHOD_NOT_SUPPORTED', 'This method is not supported here'),
  UPLOAD_TIMEOUT: row(408, 'TIMEOUT', 'The upload stopped or was too slow', true),
  IDEMPOTENCY_CONFLICT: row(409, 'CONFLICT', 'This Idempotency-Key was used for other bytes'),
  PRECONDITION_FAILED: row(412, 'PRECONDITION_FAILED', 'A precondition of the request does not hold'),
  PAYLOAD_TOO_LARGE: row(413, 'PAYLOAD_TOO_LARGE', 'The upload is too large'),
  UNSUPPORTED_MEDIA_TYPE: row(415, 'UNSUPPORTED_MEDIA_TYPE', 'This content type cannot be read here'),
  RANGE_NOT_SATISFIABLE: row(416, 'BAD_REQUEST', 'The range lies outside the file'),
  UNREADABLE_IMAGE: row(422, 'UNPROCESSABLE_CONTENT', 'The image cannot be decoded'),
  TOO_MANY_PIXELS: row(422, 'UNPROCESSABLE_CONTENT', 'The image is too large to decode'),
  RATE_LIMITED: row(429, 'TOO_MANY_REQUESTS', 'Too many requests', true),
  INTERNAL: row(500, 'INTERNAL_SERVER_ERROR', 'Something went wrong on our side'),
  OVERLOADED: row(503, 'SERVICE_UNAVAILABLE', 'Too much at once, try again shortly', true),
  STORAGE_UNAVAILABLE: row(503, 'SERVICE_UNAVAILABLE', 'The storage cannot be reached', true),
  CATALOG_UNAVAILABLE: row(503, 'SERVICE_UNAVAILABLE', 'The catalog cannot be reached', true),
  STORAGE_FULL: row(507, 'SERVICE_UNAVAILABLE', 'There is no space left'),
} as const satisfies Record<string, ErrorRow>

/** A code that a server answers with. */
export type ErrorCode = keyof typeof errorTable

/**
 * A code that never crosses the wire, because nobody is there to receive it: the caller cancelled
 * (`ABORTED`), or no answer came (`NETWORK_ERROR`).
 */
export type LocalErrorCode = 'ABORTED' | 'NETWORK_ERROR'

/** Every code a `TintypeError` can have; a `switch` over it can be exhaustive. */
export type TintypeErrorCode = ErrorCode | LocalErrorCode

/** Named facts about one failure, such as `limit` and `received`. JSON values only. */
export type ErrorFacts = Readonly<Record<string, string | number | boolean | null | readonly string[]>>

/** What an error may carry besides its code and detail. */
export interface TintypeErrorOptions {
  readonly facts?: ErrorFacts | undefined
  /** Seconds, an integer of at least 1; sent as `Retry-After`. */
  readonly retryAfterSeconds?: number | undefined
  /** Finds the request in the server's log. */
  readonly requestId?: string | undefined
  /** What went wrong underneath; logged, never sent. */
  readonly cause?: unknown
}

/**
 * The one error class of Tintype, on the server and in the SDK.
 *
 * `message` is safe to show: it says what was expected and what arrived. Paths, SQL and secrets belong in
 * `cause`, which is logged and never sent.
 */
export class TintypeError extends Error {
  override readonly name = 'TintypeError'
  readonly code: TintypeErrorCode
  readonly facts: ErrorFacts
  readonly retryAfterSeconds: number | undefined
  readonly requestId: string | undefined

  constructor(code: TintypeErrorCode, detail: string, options: TintypeErrorOptions = {}) {
    super(detail, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.facts = options.facts ?? {}
    this.retryAfterSeconds = options.retryAfterSeconds
    this.requestId = options.requestId
  }

  /** HTTP status of the code; `undefined` for a code that never crosses the wire. */
  get status(): number | undefined {
    return isErrorCode(this.code) ? errorTable[this.code].status : undefined
  }

  /** Whether the same request may succeed later without being changed. */
  get retryable(): boolean {
    return isErrorCode(this.code) ? errorTable[this.code].retryable : this.code === 'NETWORK_ERROR'
  }
}

/** Whether `value` is a code of the table. */
export function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === 'string' && Object.hasOwn(errorTable, value)
}

/** Whether `value` is a `TintypeError`, also one of another copy of this module. */
export function isTintypeError(value: unknown): value is TintypeError {
  return value instanceof Error && value.name === 'TintypeError' && 'code' in value
}

function row<const Rpc extends string>(status: number, rpc: Rpc, title: string, retryable = false) {
  return { status, rpc, title, retryable }
}
