import { isTintypeError, TintypeError } from '@tintype/contract'

/** The error itself if it is a `TintypeError`; else `INVALID_REQUEST`, because something that the caller passed failed. */
export function toTintypeError(error: unknown, detail: string): TintypeError {
  return isTintypeError(error) ? error : new TintypeError('INVALID_REQUEST', detail, { cause: error })
}
