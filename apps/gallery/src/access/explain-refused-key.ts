import { isTintypeError } from '@tintype/client'
import { describeFailure } from '@tintype/client/words'

/** Explains to a person why a key could not be used. */
export function explainRefusedKey(error: unknown): string {
  if (!isTintypeError(error)) return describeFailure(error)
  const { code, facts, retryAfterSeconds = 60 } = error
  if (code === 'RATE_LIMITED')
    return `Too many keys were refused. Wait ${retryAfterSeconds} seconds, then try again.`
  if (code !== 'UNAUTHENTICATED') return describeFailure(error)
  return facts.reason === 'expired'
    ? 'This key has expired. Use another one.'
    : 'The server does not accept this key. Check that you copied all of it.'
}
