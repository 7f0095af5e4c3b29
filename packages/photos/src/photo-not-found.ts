import { TintypeError } from '@tintype/contract'

/** The error for a photo that is not there, or not any more. */
export function photoNotFound(): TintypeError {
  return new TintypeError('PHOTO_NOT_FOUND', 'No photo has this id')
}
