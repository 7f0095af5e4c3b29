import { isTintypeError, TintypeError } from '@tintype/contract'

/** The error itself where it is ours; else `INVALID_REQUEST`, for what the caller handed over made it fail. */
export function toOwnError(error: unknown, detail: string): TintypeError {
  return isTintypeError(error) ? error : new TintypeError('INVALID_REQUEST', detail, { cause: error })
}
