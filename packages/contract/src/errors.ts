/** One row of the error table: how a failure looks on every wire. */
export interface ErrorRow {
  /** HTTP status code. */
  readonly status: number
  /** Whether the same request may succeed later without being changed. */
  readonly retryable: boolean
}

/**
 * Every failure that Tintype answers with. The only place that gives a code its status.
 *
 * @see docs/http-api.md for when each is used
 */
export const errorTable = {
  FILE_REQUIRED: { status: 422, retryable: false },
  NOT_AN_IMAGE: { status: 400, retryable: false },
  EMPTY_FILE: { status: 400, retryable: false },
  TOO_MANY_FILES: { status: 400, retryable: false },
  INVALID_MULTIPART: { status: 400, retryable: false },
  INVALID_REQUEST: { status: 400, retryable: false },
  DIGEST_MISMATCH: { status: 400, retryable: false },
  UNAUTHENTICATED: { status: 401, retryable: false },
  ORIGIN_NOT_ALLOWED: { status: 403, retryable: false },
  HOST_NOT_ALLOWED: { status: 403, retryable: false },
  FORBIDDEN: { status: 403, retryable: false },
  INVALID_SIGNATURE: { status: 403, retryable: false },
  URL_EXPIRED: { status: 403, retryable: false },
  QUOTA_EXCEEDED: { status: 403, retryable: false },
  ROUTE_NOT_FOUND: { status: 404, retryable: false },
  PHOTO_NOT_FOUND: { status: 404, retryable: false },
  RENDITION_NOT_FOUND: { status: 404, retryable: false },
  METHOD_NOT_ALLOWED: { status: 405, retryable: false },
  UPLOAD_TIMEOUT: { status: 408, retryable: true },
  IDEMPOTENCY_CONFLICT: { status: 409, retryable: false },
  TOKEN_USED_UP: { status: 409, retryable: false },
  PRECONDITION_FAILED: { status: 412, retryable: false },
  PAYLOAD_TOO_LARGE: { status: 413, retryable: false },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, retryable: false },
  RANGE_NOT_SATISFIABLE: { status: 416, retryable: false },
  UNREADABLE_IMAGE: { status: 422, retryable: false },
  TOO_MANY_PIXELS: { status: 422, retryable: false },
  RATE_LIMITED: { status: 429, retryable: true },
  INTERNAL: { status: 500, retryable: false },
  OVERLOADED: { status: 503, retryable: true },
  STORAGE_UNAVAILABLE: { status: 503, retryable: true },
  CATALOG_UNAVAILABLE: { status: 503, retryable: true },
  IDENTITY_UNAVAILABLE: { status: 503, retryable: true },
  STORAGE_FULL: { status: 507, retryable: false },
} as const satisfies Record<string, ErrorRow>

/** A code that the server answers with. */
export type ErrorCode = keyof typeof errorTable

/**
 * A code that never crosses the wire: the caller cancelled (`ABORTED`), no answer came (`NETWORK_ERROR`), or the answer did not
 * come from a Tintype server (`UNEXPECTED_ANSWER`).
 */
export type LocalErrorCode = 'ABORTED' | 'NETWORK_ERROR' | 'UNEXPECTED_ANSWER'

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
  /** The error that caused this one; logged, never sent. */
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
  // `declare`, because fields would be defined twice in every page that has the SDK: here and in the constructor
  declare readonly code: TintypeErrorCode
  declare readonly facts: ErrorFacts
  declare readonly retryAfterSeconds: number | undefined
  declare readonly requestId: string | undefined

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
