import type { FactsByCode } from './facts/facts-by-code.ts'

/**
 * Every failure that Tintype answers with, and its HTTP status. The only place that gives a code its status. The status decides
 * whether the same request may succeed later without being changed: see `TintypeError.retryable`.
 *
 * @see docs/http-api.md for when each is used
 */
export const errorTable = {
  FILE_REQUIRED: 422,
  NOT_AN_IMAGE: 400,
  EMPTY_FILE: 400,
  TOO_MANY_FILES: 400,
  INVALID_MULTIPART: 400,
  INVALID_REQUEST: 400,
  DIGEST_MISMATCH: 400,
  UNAUTHENTICATED: 401,
  ORIGIN_NOT_ALLOWED: 403,
  HOST_NOT_ALLOWED: 403,
  FORBIDDEN: 403,
  INVALID_SIGNATURE: 403,
  URL_EXPIRED: 403,
  QUOTA_EXCEEDED: 403,
  ROUTE_NOT_FOUND: 404,
  PHOTO_NOT_FOUND: 404,
  RENDITION_NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  UPLOAD_TIMEOUT: 408,
  IDEMPOTENCY_CONFLICT: 409,
  TOKEN_USED_UP: 409,
  PRECONDITION_FAILED: 412,
  PAYLOAD_TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  RANGE_NOT_SATISFIABLE: 416,
  UNREADABLE_IMAGE: 422,
  TOO_MANY_PIXELS: 422,
  RATE_LIMITED: 429,
  INTERNAL: 500,
  OVERLOADED: 503,
  STORAGE_UNAVAILABLE: 503,
  CATALOG_UNAVAILABLE: 503,
  IDENTITY_UNAVAILABLE: 503,
  STORAGE_FULL: 507,
} as const satisfies Record<string, number>

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

/** The facts of one code; of several codes, those of any of them. */
export type FactsOf<Code extends TintypeErrorCode> = Code extends keyof FactsByCode
  ? FactsByCode[Code]
  : { readonly [fact: string]: never }

/** What an error may carry besides its code and detail. */
export interface TintypeErrorOptions<Code extends TintypeErrorCode = TintypeErrorCode> {
  readonly facts?: FactsOf<Code> | undefined
  /** Seconds, an integer of at least 1; sent as `Retry-After`. */
  readonly retryAfterSeconds?: number | undefined
  /** Finds the request in the server's log. */
  readonly requestId?: string | undefined
  /** The error that caused this one; logged, never sent. */
  readonly cause?: unknown
}

/** What `JSON.stringify` writes of an error: everything but its cause and stack. */
export interface TintypeErrorJson {
  readonly name: 'TintypeError'
  readonly message: string
  readonly code: TintypeErrorCode
  readonly facts: ErrorFacts
  readonly status: number | undefined
  readonly retryable: boolean
  readonly retryAfterSeconds: number | undefined
  readonly requestId: string | undefined
  readonly source: ErrorSource
}

/**
 * What decided that a request failed: a Tintype `server` (the error has its `requestId`), a `proxy` or another server that answered
 * in its place, or the `client`, which got no answer or sent nothing.
 */
export type ErrorSource = 'server' | 'proxy' | 'client'

/** An error with one code. */
export interface TintypeErrorOf<Code extends TintypeErrorCode> extends Error {
  readonly name: 'TintypeError'
  readonly code: Code
  /** What is known of this failure besides its code; empty if nothing is. */
  readonly facts: FactsOf<Code>
  /** Seconds after which the server accepts the request again, if it said so. */
  readonly retryAfterSeconds: number | undefined
  /** Finds the request in the server's log; `undefined` if no Tintype server answered. */
  readonly requestId: string | undefined
  /** HTTP status of the code; `undefined` for a code that never crosses the wire. */
  readonly status: Code extends ErrorCode ? (typeof errorTable)[Code] : undefined
  /** Whether the same request may succeed later without being changed. */
  readonly retryable: boolean
  readonly source: ErrorSource
  toJSON(): TintypeErrorJson
}

/**
 * The one error of Tintype, on the server and in the SDK: a union by `code`, so that a `switch` over `code` narrows `facts`.
 *
 * `message` is safe to show: it says what was expected and what arrived. Paths, SQL and secrets belong in
 * `cause`, which is logged and never sent.
 */
export type TintypeError = { [Code in TintypeErrorCode]: TintypeErrorOf<Code> }[TintypeErrorCode]

/** Makes errors, and is what `instanceof` compares with. */
export interface TintypeErrorConstructor {
  new <Code extends TintypeErrorCode>(
    code: Code,
    detail: string,
    options?: TintypeErrorOptions<Code>,
  ): Extract<TintypeError, { readonly code: Code }>
  readonly prototype: TintypeError
}

/** Makes errors: `new TintypeError(code, detail, { facts, cause })`. */
export const TintypeError: TintypeErrorConstructor = class extends Error {
  override readonly name = 'TintypeError'
  // `declare`, because fields would be defined twice in every page that has the SDK: here and in the constructor
  declare readonly code: TintypeErrorCode
  declare readonly facts: ErrorFacts
  declare readonly retryAfterSeconds: number | undefined
  declare readonly requestId: string | undefined

  constructor(
    code: TintypeErrorCode,
    detail: string,
    { cause, facts = {}, ...rest }: TintypeErrorOptions = {},
  ) {
    super(detail, cause === undefined ? cause : { cause })
    Object.assign(this, { code, facts, ...rest })
  }
  get status(): number | undefined {
    return (errorTable as Partial<Record<TintypeErrorCode, number>>)[this.code]
  }
  get retryable(): boolean {
    return this.code === 'NETWORK_ERROR' || /408|429|503/.test(`${this.status}`)
  }
  get source(): ErrorSource {
    return this.requestId ? 'server' : 'contentType' in this.facts ? 'proxy' : 'client'
  }
  toJSON(): TintypeErrorJson {
    const { message, status, retryable, source } = this
    return { ...this, message, status, retryable, source }
  }
} as never

/** Whether `value` is a code of the table. */
export function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === 'string' && Object.hasOwn(errorTable, value)
}

/** Whether `value` is a `TintypeError`, also one of another copy of this module. */
export function isTintypeError(value: unknown): value is TintypeError {
  return value instanceof Error && value.name === 'TintypeError'
}
