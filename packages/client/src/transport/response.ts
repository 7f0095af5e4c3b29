import { fromProblem, TintypeError } from '@tintype/contract'

/** The answer to a request, sent by `fetch` or by XMLHttpRequest. */
export interface Answer {
  readonly status: number
  /** The header `Retry-After`, as it came. */
  readonly retryAfter: string | null
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

/**
 * The error for an answer that no Tintype server gives, with the fact `status`. It is `NETWORK_ERROR`, which can pass, for
 * 502, 503 and 504: a proxy could not reach the server. It is `INTERNAL` for every other status.
 *
 * @see RFC 9110 §15.6.3–15.6.5
 */
export function unexpectedAnswer(answer: Partial<Answer>, cause?: unknown): TintypeError {
  const { status = 0 } = answer
  const options = {
    facts: status ? { status } : {},
    retryAfterSeconds: readRetryAfter(answer.retryAfter),
    cause,
  }
  return status >= 502 && status <= 504
    ? new TintypeError('NETWORK_ERROR', 'A proxy could not reach the server', options)
    : new TintypeError('INTERNAL', 'The answer did not come from a Tintype server', options)
}

/** Seconds, at least 0, from seconds or a date. @see RFC 9110 §10.2.3 */
export function readRetryAfter(value: string | null | undefined): number | undefined {
  if (!value) return undefined
  const seconds = /^\d+$/.test(value) ? Number(value) : (Date.parse(value) - Date.now()) / 1000
  return seconds >= 0 ? Math.ceil(seconds) : undefined
}
