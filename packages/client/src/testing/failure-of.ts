import { isTintypeError, type TintypeError } from '@tintype/contract'

/** The error that a call rejects with, which must be one of ours. */
export async function failureOf(work: Promise<unknown>): Promise<TintypeError> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!isTintypeError(error)) throw new Error('it did not fail with a TintypeError', { cause: error })
  return error
}
