import { TintypeError } from '@tintype/contract'

/** The callers that wait for one rendition. */
export interface Waiters {
  /** Aborted when the last caller has left, so that the rendition need not be started. Without effect once it has begun. */
  readonly signal: AbortSignal
  /** Waits for the rendition, until the caller leaves. @throws the signal's reason, and what making the rendition throws */
  wait<Result>(made: Promise<Result>, signal: AbortSignal | undefined): Promise<Result>
}

/** Counts callers: one that leaves does not affect the others (threat B298). */
export function createWaiters(): Waiters {
  const abandoned = new AbortController()
  let count = 0
  return {
    signal: abandoned.signal,
    async wait(made, signal) {
      count += 1
      if (signal === undefined) return made
      const { promise: left, reject } = Promise.withResolvers<never>()
      const leave = () => {
        count -= 1
        reject(signal.reason)
        if (count === 0)
          abandoned.abort(new TintypeError('ABORTED', 'No caller waits for the rendition any more'))
      }
      if (signal.aborted) leave()
      else signal.addEventListener('abort', leave, { once: true })
      try {
        return await Promise.race([made, left])
      } finally {
        signal.removeEventListener('abort', leave)
      }
    },
  }
}
