import { TintypeError } from '@tintype/contract'

/** Bounds how many uploads are in flight. */
export interface UploadSlots {
  /**
   * Acquires a slot before any byte of the body is read; dispose it to release the slot.
   *
   * @throws OVERLOADED if all slots are in use or the server is about to stop
   */
  acquire(): Disposable
  /** Why no slot can be acquired now; `undefined` if one can. */
  refusal(): TintypeError | undefined
  /** Refuses every upload from now on. */
  close(): void
  readonly inFlight: number
}

/** @param maxConcurrent uploads at once, at least 1 */
export function createUploadSlots(maxConcurrent: number): UploadSlots {
  let inFlight = 0
  let isClosed = false
  // Made once: they are the same for every client, and under overload their stacks would cost more than everything else.
  const stopping = new TintypeError('OVERLOADED', 'The server is about to stop', { retryAfterSeconds: 5 })
  const full = new TintypeError('OVERLOADED', `All ${maxConcurrent} upload slots are in use`, {
    facts: { limit: maxConcurrent },
    retryAfterSeconds: 1,
  })

  function refusal(): TintypeError | undefined {
    if (isClosed) return stopping
    return inFlight < maxConcurrent ? undefined : full
  }

  return {
    refusal,
    acquire() {
      const error = refusal()
      if (error) throw error
      inFlight++
      let isInside = true
      return {
        [Symbol.dispose]() {
          if (isInside) inFlight--
          isInside = false
        },
      }
    },
    close() {
      isClosed = true
    },
    get inFlight() {
      return inFlight
    },
  }
}
