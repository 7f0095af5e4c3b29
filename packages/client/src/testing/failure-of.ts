import { isTintypeError, type TintypeError } from '@tintype/contract'

/** The `TintypeError` that a call rejects with. Fails if it rejects with anything else. */
export async function failureOf(work: Promise<unknown>): Promise<TintypeError> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!isTintypeError(error)) throw new Error('it did not fail with a TintypeError', { cause: error })
  return error
}
