import { isTintypeError } from '@tintype/client'
import { describeFailure } from '@tintype/client/words'
import { text } from '../strings.ts'

/** Explains to a person why a key could not be used. */
export function explainRefusedKey(error: unknown): string {
  if (!isTintypeError(error)) return describeFailure(error)
  const { code, facts, retryAfterSeconds = 60 } = error
  if (code === 'RATE_LIMITED') return text.key.tooMany(retryAfterSeconds)
  // it cannot be sent in a header
  if (code === 'INVALID_REQUEST') return text.key.impossible
  if (code !== 'UNAUTHENTICATED') return describeFailure(error)
  return facts.reason === 'expired' ? text.key.expired : text.key.unknown
}
