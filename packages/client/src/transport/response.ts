import { fromProblem, type TintypeError } from '@tintype/contract'
import { loadRarelyNeeded } from '../load-rarely-needed.ts'
import { type Answer, readRetryAfter } from './answer.ts'

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
  const problem = fromProblem(json, readRetryAfter(answer))
  if (problem) throw problem
  return json
}

/**
 * The error for an answer that no Tintype server gives, or one whose code is unknown.
 *
 * @throws TintypeError `NETWORK_ERROR` if what explains it cannot be loaded
 */
export async function unexpectedAnswer(answer: Answer, cause?: unknown): Promise<TintypeError> {
  return (await loadRarelyNeeded()).explainAnswer(answer, cause)
}
