import { type ErrorFacts, TintypeError } from '@tintype/contract'

/** The error for a photo that never existed or was deleted. */
export function photoNotFound(facts?: ErrorFacts): TintypeError {
  return new TintypeError('PHOTO_NOT_FOUND', 'No photo has this id', { facts })
}
