import type { TintypeErrorOptions } from '@tintype/contract'

/** The answer to a request, sent by `fetch` or by XMLHttpRequest. */
export interface Answer {
  readonly status: number
  /** The header `Retry-After`, as it came. */
  readonly retryAfter: string | null
  /** The header `Content-Type`, as it came. */
  readonly contentType: string | null
  /** Where the answer came from, after redirects. */
  readonly url: string
  readonly redirected: boolean
  readonly text: string
}

/** What an error says of an answer that no Tintype server gives. */
export function optionsOf(
  { text: _, retryAfter, ...facts }: Partial<Answer>,
  cause: unknown,
): TintypeErrorOptions {
  return { facts, retryAfterSeconds: readRetryAfter(retryAfter), cause }
}

/** Seconds, at least 1, from seconds or a date; `undefined` for now. @see RFC 9110 §10.2.3 */
export function readRetryAfter(value: string | null | undefined): number | undefined {
  const seconds = Number(value) || (Date.parse(value ?? '') - Date.now()) / 1000
  return seconds > 0 ? Math.ceil(seconds) : undefined
}
