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
 * @throws TintypeError the one that the problem document tells; `INTERNAL` with the fact `status` where the
 * answer is no JSON, as proxies and other servers give
 */
export function readAnswer({ status, retryAfter, text }: Answer): unknown {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (cause) {
    throw notUnderstood(status, cause)
  }
  const problem = fromProblem(json, readRetryAfter(retryAfter))
  if (problem) throw problem
  return json
}

/** The error of an answer that no Tintype server gives. */
export function notUnderstood(status: number, cause?: unknown): TintypeError {
  return new TintypeError('INTERNAL', 'The answer is not one of a Tintype server', {
    facts: { status },
    cause,
  })
}

/** Seconds, at least 0, from seconds or a date. @see RFC 9110 §10.2.3 */
export function readRetryAfter(value: string | null | undefined): number | undefined {
  if (!value) return undefined
  const seconds = /^\d+$/.test(value) ? Number(value) : (Date.parse(value) - Date.now()) / 1000
  return seconds >= 0 ? Math.ceil(seconds) : undefined
}
