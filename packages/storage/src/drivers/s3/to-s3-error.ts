import { isTintypeError, TintypeError } from '@tintype/contract'
import { causeOf, type FailureKind, rangeOutside, readFailure } from './engine-failure.ts'

/**
 * Translates an error of the engine, the network or the SDK into the one error class that leaves this package. A
 * `TintypeError` is returned as it is.
 */
export function toS3Error(error: unknown): TintypeError {
  if (isTintypeError(error)) return error
  const failure = readFailure(error)
  const options = { cause: causeOf(failure) }
  if (failure.kind === 'range') return rangeOutside()
  // The object was moved to an archive, which concerns no other.
  if (failure.code === 'InvalidObjectState')
    return new TintypeError('STORAGE_UNAVAILABLE', 'The stored bytes are in an archive', {
      ...options,
      facts: { unreadable: 'forbidden' },
    })
  if (failure.kind === 'full')
    return new TintypeError('STORAGE_FULL', 'There is no space left to store this', options)
  if (unavailable.includes(failure.kind))
    return new TintypeError('STORAGE_UNAVAILABLE', 'The storage refuses or cannot be reached', {
      ...options,
      // A refusal stays until an operator has changed something.
      retryAfterSeconds: failure.kind === 'passing' || failure.kind === 'conflict' ? 1 : undefined,
    })
  return new TintypeError('INTERNAL', 'The storage failed in an unexpected way', options)
}

const unavailable: readonly FailureKind[] = ['bucket', 'conflict', 'passing', 'refused']
