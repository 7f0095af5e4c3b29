import { TintypeError } from '@tintype/contract'

/**
 * Limits the uploads in progress. While all slots are in use, a caller gets the newest slot of the caller that has the most,
 * if that one has at least two more. So a caller that fills all slots, however slowly it sends, locks no other one out.
 *
 * @see docs/adr/0036-decoders-and-slots-are-shared.md
 */
export interface UploadSlots {
  /**
   * Acquires a slot before any byte of the body is read; dispose it to release the slot.
   *
   * @param share the caller
   * @param onLost called if another caller gets the slot: the upload must end with this error
   * @throws OVERLOADED if no slot can be acquired or the server is stopping
   */
  acquire(share: string, onLost: (error: TintypeError) => void): Disposable
  /**
   * The error if this caller can acquire no slot now; `undefined` if it can.
   *
   * @param share absent for a caller that is not known yet: then it has no slot
   */
  refusal(share?: string): TintypeError | undefined
  /** @throws OVERLOADED if the server is stopping, also while it still accepts uploads */
  assertOpen(): void
  /** Says from now on that the server is stopping. Uploads are still accepted. */
  announceEnd(): void
  /** Refuses every upload from now on. */
  close(): void
  readonly inFlight: number
}

interface Slot {
  readonly share: string
  readonly onLost: (error: TintypeError) => void
}

/** @param maxConcurrent uploads at once, at least 1 */
export function createUploadSlots(maxConcurrent: number): UploadSlots {
  /** The slots of each caller that has some, the newest last. */
  const held = new Map<string, Set<Slot>>()
  let inFlight = 0
  let isClosed = false
  let isEnding = false
  // Created once: they are the same for every client, and under overload their stack traces would cost more than all other
  // work.
  const stopping = new TintypeError('OVERLOADED', 'The server is stopping', { retryAfterSeconds: 5 })
  const full = new TintypeError('OVERLOADED', `All ${maxConcurrent} upload slots are in use`, {
    facts: { limit: maxConcurrent },
    retryAfterSeconds: 1,
  })
  const lost = new TintypeError('OVERLOADED', 'Another client needed the upload slot, and you have several', {
    facts: { limit: maxConcurrent },
    retryAfterSeconds: 1,
  })

  /** The slot that this caller gets if all are in use; `undefined` if no other caller has at least two more. */
  function findSpare(share: string | undefined): Slot | undefined {
    const own = held.get(share ?? '')?.size ?? 0
    let most: Set<Slot> | undefined
    for (const slots of held.values()) if (slots.size > (most?.size ?? own + 1)) most = slots
    return most && [...most].at(-1)
  }

  function refusal(share?: string): TintypeError | undefined {
    if (isClosed) return stopping
    return inFlight < maxConcurrent || findSpare(share) ? undefined : full
  }

  /** Does nothing for a slot that was released or lost before. */
  function release(slot: Slot): void {
    const slots = held.get(slot.share)
    if (!slots?.delete(slot)) return
    inFlight -= 1
    if (slots.size === 0) held.delete(slot.share)
  }

  return {
    refusal,
    acquire(share, onLost) {
      const error = refusal(share)
      if (error) throw error
      if (inFlight >= maxConcurrent) {
        const spare = findSpare(share)
        if (spare) release(spare)
        spare?.onLost(lost)
      }
      const slot: Slot = { share, onLost }
      const own = held.get(share) ?? new Set()
      held.set(share, own.add(slot))
      inFlight += 1
      return { [Symbol.dispose]: () => release(slot) }
    },
    assertOpen() {
      if (isClosed || isEnding) throw stopping
    },
    announceEnd() {
      isEnding = true
    },
    close() {
      isClosed = true
    },
    get inFlight() {
      return inFlight
    },
  }
}
