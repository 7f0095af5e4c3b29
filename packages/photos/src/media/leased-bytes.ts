/** Bytes in memory that several answers are sent from at once. Disposing them ends their owner's own lease. */
export interface LeasedBytes extends Disposable {
  /** Never rejects; `undefined` if they could not be read. */
  readonly bytes: Promise<Buffer | undefined>
  /** The bytes if they have been read already. */
  present(): Buffer | undefined
  /** Whether they are being read or sent, so that the end of the owner's lease would free nothing yet. */
  isInUse(): boolean
  /** One more reader. Disposing the lease ends it; a second time does nothing. */
  lease(): Disposable
}

/**
 * Reads bytes and keeps them until every lease has ended: the owner's, the readers', and that of the reading itself.
 *
 * @param onFree called once, when the last lease has ended: only then is the memory free
 */
export function leaseBytes(read: () => Promise<Buffer | undefined>, onFree: () => void): LeasedBytes {
  let leases = 0
  function lease(): Disposable {
    leases += 1
    let hasEnded = false
    return {
      [Symbol.dispose]() {
        if (hasEnded) return
        hasEnded = true
        leases -= 1
        if (leases === 0) onFree()
      },
    }
  }
  const own = lease()
  let bytes: Buffer | undefined
  async function readLeased() {
    using _reading = lease()
    bytes = await read().catch(() => undefined)
    return bytes
  }
  return {
    bytes: readLeased(),
    present: () => bytes,
    isInUse: () => leases > 1,
    lease,
    [Symbol.dispose]: () => own[Symbol.dispose](),
  }
}
