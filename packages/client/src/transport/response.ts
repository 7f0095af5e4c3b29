import { fromProblem, TintypeError } from '@tintype/contract'
import { loadRarelyNeeded } from '../load-rarely-needed.ts'
import { type Answer, optionsOf, readRetryAfter } from './answer.ts'

/**
 * Parses the JSON of an answer.
 *
 * @throws TintypeError the one in the answer, if it is a problem document; that of `unexpectedAnswer` if the answer is not
 * JSON, such as that of a proxy
 */
export async function readAnswer(answer: Answer): Promise<unknown> {
  let json: unknown
  try {
    json = JSON.parse(answer.text)
  } catch (cause) {
    throw await unexpectedAnswer(answer, cause)
  }
  const problem = fromProblem(json, readRetryAfter(answer.retryAfter))
  if (problem) throw problem
  return json
}

/**
 * The error for an answer that no Tintype server gives. It is `NETWORK_ERROR`, which can pass, if a proxy could not reach the
 * server (502 to 504, and Cloudflare's 520 to 524 and 530).
 *
 * @see RFC 9110 §15.6.3–15.6.5
 */
export async function unexpectedAnswer(answer: Partial<Answer>, cause?: unknown): Promise<TintypeError> {
  const { status } = answer
  if (/^(50[2-4]|52[0-4]|530)$/.test(`${status}`))
    return new TintypeError(
      'NETWORK_ERROR',
      `A proxy could not reach the server (status ${status})`,
      optionsOf(answer, cause),
    )
  const { explainAnswer } = await loadRarelyNeeded()
  return explainAnswer(answer, cause)
}
