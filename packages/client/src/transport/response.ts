import { fromProblem, TintypeError } from '@tintype/contract'

/** What came back, whichever way it came. */
export interface Answer {
  readonly status: number
  /** The header `Retry-After`, as it came. */
  readonly retryAfter: string | null
  readonly text: string
}

/**
 * The JSON of an answer that is no problem document.
 *
 * @throws TintypeError the one that the problem document tells; that of `notUnderstood` where the answer is no
 * JSON, as proxies and other servers give
 */
export function readAnswer(answer: Answer): unknown {
  let json: unknown
  try {
    json = JSON.parse(answer.text)
  } catch (cause) {
    throw notUnderstood(answer, cause)
  }
  const problem = fromProblem(json, readRetryAfter(answer.retryAfter))
  if (problem) throw problem
  return json
}

/**
 * The error of an answer that no Tintype server gives, with the fact `status`: `NETWORK_ERROR`, which may pass,
 * for the 502, 503 and 504 of a proxy that could not reach the server; `INTERNAL` for any other.
 *
 * @see RFC 9110 §15.6.3–15.6.5
 */
export function notUnderstood(answer: Partial<Answer>, cause?: unknown): TintypeError {
  const { status = 0 } = answer
  const options = {
    facts: status ? { status } : {},
    retryAfterSeconds: readRetryAfter(answer.retryAfter),
    cause,
  }
  return status >= 502 && status <= 504
    ? new TintypeError('NETWORK_ERROR', 'The server could not be reached through its proxy', options)
    : new TintypeError('INTERNAL', 'The answer is not one of a Tintype server', options)
}

/** Seconds, at least 0, from seconds or a date. @see RFC 9110 §10.2.3 */
export function readRetryAfter(value: string | null | undefined): number | undefined {
  if (!value) return undefined
  const seconds = /^\d+$/.test(value) ? Number(value) : (Date.parse(value) - Date.now()) / 1000
  return seconds >= 0 ? Math.ceil(seconds) : undefined
}
