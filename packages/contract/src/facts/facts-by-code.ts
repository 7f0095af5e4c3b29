import type { PhotoFormat } from '../photo.ts'

/** What an answer was that did not come from a Tintype server, such as that of a proxy. Only errors of the SDK have it. */
type AnswerFacts = {
  /** HTTP status of the answer. */
  readonly status?: number
  /** The answer's `Content-Type`, as it came; `null` if it had none. */
  readonly contentType?: string | null
  /** Where the answer came from, after redirects. */
  readonly url?: string
  readonly redirected?: boolean
}

/** Of an error whose code this SDK does not know: its code becomes the nearest one by its status. */
type NewerFacts = {
  /** The code of a newer server. */
  readonly serverCode?: string
}

/** Of a failed read or write. */
type StoreFacts = {
  /** Whether the blob itself may be the cause of a failed read. */
  readonly unreadable?: 'damaged' | 'forbidden'
  /** Whether a failed write may nevertheless appear. */
  readonly outcome?: 'unknown'
}

/**
 * The facts of each code. A code that is missing here has none. Each fact is optional, because servers of other versions and proxies
 * may leave it out. The compiler holds the server's own errors to these types.
 */
export interface FactsByCode {
  /** `received`: names of the form's parts. `path`: the file that could not be opened; only in the SDK. */
  FILE_REQUIRED: { readonly received?: readonly string[]; readonly path?: string }
  /** `found`: the format as far as it is known. `declared`: the request's `Content-Type`. */
  NOT_AN_IMAGE: {
    readonly accepted?: readonly PhotoFormat[]
    readonly declared?: string
    readonly found?: string
  }
  /**
   * `issues`: one line for each problem of the input. `limit`: the most that is accepted. `header`: the name of a header that cannot
   * be sent; only in the SDK.
   */
  INVALID_REQUEST: NewerFacts & {
    readonly issues?: readonly string[]
    readonly limit?: number
    readonly received?: number
    readonly ids?: readonly string[]
    readonly header?: string
  }
  /** SHA-256 in hexadecimal. */
  DIGEST_MISMATCH: { readonly expected?: string; readonly received?: string }
  /** `scheme`: the credential that a proxy expects, such as `Basic`. */
  UNAUTHENTICATED: AnswerFacts &
    NewerFacts & { readonly reason?: 'missing' | 'invalid' | 'expired'; readonly scheme?: string }
  /** `received`: the page's origin; `null` if the browser sent none. */
  ORIGIN_NOT_ALLOWED: { readonly received?: string | null }
  /** `received`: the request's host; `null` if it had none. */
  HOST_NOT_ALLOWED: { readonly received?: string | null }
  /** `needs`: the right that the caller lacks. */
  FORBIDDEN: AnswerFacts & NewerFacts & { readonly needs?: string }
  /** `unit`: what is counted. */
  QUOTA_EXCEEDED: { readonly limit?: number; readonly used?: number; readonly unit?: string }
  ROUTE_NOT_FOUND: NewerFacts
  /** `ids`: those of several photos that do not exist. */
  PHOTO_NOT_FOUND: { readonly ids?: readonly string[] }
  /** `received`: bytes until then. */
  UPLOAD_TIMEOUT: AnswerFacts & NewerFacts & { readonly received?: number; readonly idleTimeoutMs?: number }
  /** Bytes. `received`: how many came or were announced; if a proxy refused, those of the file. */
  PAYLOAD_TOO_LARGE: AnswerFacts & NewerFacts & { readonly limit?: number; readonly received?: number }
  /** Bytes of the file. */
  RANGE_NOT_SATISFIABLE: { readonly byteSize?: number }
  UNREADABLE_IMAGE: NewerFacts
  /** `limit`: of pixels, pixels of a side, or frames, as the message says. The others are what the image has or may use. */
  TOO_MANY_PIXELS: {
    readonly limit?: number
    readonly width?: number
    readonly height?: number
    readonly frames?: number
    readonly pixels?: number
    readonly timeoutMs?: number
    readonly cpuMs?: number
    readonly memoryByteSize?: number
  }
  RATE_LIMITED: AnswerFacts & NewerFacts
  INTERNAL: NewerFacts & StoreFacts
  /** `limit`: uploads at once. `limitMs`: how long a query may take. */
  OVERLOADED: StoreFacts & { readonly limit?: number; readonly limitMs?: number }
  STORAGE_UNAVAILABLE: StoreFacts
  /** `passing`: the driver's own. */
  CATALOG_UNAVAILABLE: StoreFacts & { readonly passing?: true }
  STORAGE_FULL: NewerFacts & StoreFacts
  /** With a `status` if a proxy answered that it could not reach the server. */
  NETWORK_ERROR: AnswerFacts
  UNEXPECTED_ANSWER: AnswerFacts
}
