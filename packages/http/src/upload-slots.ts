import { TintypeError } from '@tintype/contract'

/** Limits the uploads in progress. */
export interface UploadSlots {
  /**
   * Acquires a slot before any byte of the body is read; dispose it to release the slot.
   *
   * @throws OVERLOADED if all slots are in use or the server is stopping
   */
  acquire(): Disposable
  /** The error if no slot can be acquired now; `undefined` if one can. */
  refusal(): TintypeError | undefined
  /** @throws OVERLOADED if the server is stopping */
  assertOpen(): void
  /** Refuses every upload from now on. */
  close(): void
  readonly inFlight: number
}

/** @param maxConcurrent uploads at once, at least 1 */
export function createUploadSlots(maxConcurrent: number): UploadSlots {
  let inFlight = 0
  let isClosed = false
  // Created once: they are the same for every client, and under overload their stack traces would cost more than all other
  // work.
  const stopping = new TintypeError('OVERLOADED', 'The server is stopping', { retryAfterSeconds: 5 })
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
      let isHeld = true
      return {
        [Symbol.dispose]() {
          if (isHeld) inFlight--
          isHeld = false
        },
      }
    },
    assertOpen() {
      if (isClosed) throw stopping
    },
    close() {
      isClosed = true
    },
    get inFlight() {
      return inFlight
    },
  }
}
