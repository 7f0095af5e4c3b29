import { isTintypeError, TintypeError } from '@tintype/contract'

/**
 * Whether a failed write may nevertheless appear, now or later. If not, nothing of it was written or will be.
 */
export function isOutcomeUnknown(error: unknown): boolean {
  return isTintypeError(error) && 'outcome' in error.facts
}

/** The same error, marked for `isOutcomeUnknown` by the fact `outcome`. For drivers. */
export function withUnknownOutcome(error: TintypeError): TintypeError {
  const { code, message, facts, retryAfterSeconds, cause } = error
  return new TintypeError(code, message, {
    facts: { ...facts, outcome: 'unknown' } as TintypeError['facts'],
    retryAfterSeconds,
    cause,
  })
}
