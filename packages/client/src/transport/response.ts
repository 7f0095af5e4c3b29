import { fromProblem, TintypeError, type TintypeErrorCode } from '@tintype/contract'

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

/**
 * Parses the JSON of an answer.
 *
 * @throws TintypeError the one in the answer, if it is a problem document; that of `unexpectedAnswer` if the answer is not
 * JSON, such as that of a proxy
 */
export function readAnswer(answer: Answer): unknown {
  let json: unknown
  try {
    json = JSON.parse(answer.text)
  } catch (cause) {
    throw unexpectedAnswer(answer, cause)
  }
  const problem = fromProblem(json, readRetryAfter(answer.retryAfter))
  if (problem) throw problem
  return json
}

/** What a proxy's own refusals mean. */
const codeOfStatus: Readonly<Record<number, TintypeErrorCode>> = {
  401: 'UNAUTHENTICATED',
  403: 'FORBIDDEN',
  407: 'UNAUTHENTICATED',
  408: 'UPLOAD_TIMEOUT',
  413: 'PAYLOAD_TOO_LARGE',
  429: 'RATE_LIMITED',
}

/**
 * The error for an answer that no Tintype server gives, such as that of a proxy or a login page, with the facts `status`,
 * `contentType`, `url` and `redirected`. It is `NETWORK_ERROR`, which can pass, if a proxy could not reach the server (502 to
 * 504, and Cloudflare's 520 to 524 and 530); else the code that means the same as the status; else `UNEXPECTED_ANSWER`.
 *
 * @see RFC 9110 §15.6.3–15.6.5
 */
export function unexpectedAnswer(answer: Partial<Answer>, cause?: unknown): TintypeError {
  const { text: _text, retryAfter, ...facts } = answer
  const options = { facts, retryAfterSeconds: readRetryAfter(retryAfter), cause }
  const { status = 0 } = facts
  if (/^(50[2-4]|52[0-4]|530)$/.test(`${status}`))
    return new TintypeError('NETWORK_ERROR', `A proxy could not reach the server (status ${status})`, options)
  const code = codeOfStatus[status]
  return code
    ? new TintypeError(code, `A proxy refused the request with status ${status}`, options)
    : new TintypeError('UNEXPECTED_ANSWER', 'The answer did not come from a Tintype server', options)
}

/** Seconds, at least 0, from seconds or a date. @see RFC 9110 §10.2.3 */
export function readRetryAfter(value: string | null | undefined): number | undefined {
  if (!value) return undefined
  const seconds = /^\d+$/.test(value) ? Number(value) : (Date.parse(value) - Date.now()) / 1000
  return seconds >= 0 ? Math.ceil(seconds) : undefined
}
