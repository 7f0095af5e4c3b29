import { TintypeError } from '@tintype/contract'

/** The error of a call that its caller aborted; the signal's reason is its `cause`. */
export function abortedBy(signal: AbortSignal): TintypeError {
  return new TintypeError('ABORTED', 'The caller aborted it', { cause: signal.reason })
}

/**
 * Settles like `work`, or rejects with `ABORTED` as soon as the signal is aborted. Removes its listener from the signal.
 *
 * @throws TintypeError `ABORTED`
 */
export function abortable<Value>(work: PromiseLike<Value>, signal: AbortSignal | undefined): Promise<Value> {
  return new Promise((resolve, reject) => {
    const abort = () => signal && reject(abortedBy(signal))
    const settle = () => signal?.removeEventListener('abort', abort)
    work.then(resolve, reject).then(settle)
    if (signal?.aborted) abort()
    signal?.addEventListener('abort', abort)
  })
}
