/** Bytes in memory that several answers are sent from at once. */
export interface HeldBytes {
  /** Absent where they could not be read. Never rejects. */
  readonly bytes: Promise<Buffer | undefined>
  /** The same, as far as they are there now. */
  present(): Buffer | undefined
  /** One more who needs them. Disposing the lease is how it leaves; a second time does nothing. */
  lease(): Disposable
}

/**
 * Reads bytes and holds them for as long as anybody has a lease, the reading included.
 *
 * @param onUnused called once, when the last lease has ended: only then is the memory free
 */
export function holdBytes(read: () => Promise<Buffer | undefined>, onUnused: () => void): HeldBytes {
  let leases = 0
  function lease(): Disposable {
    leases += 1
    let hasLeft = false
    return {
      [Symbol.dispose]() {
        if (hasLeft) return
        hasLeft = true
        leases -= 1
        if (leases === 0) onUnused()
      },
    }
  }
  let bytes: Buffer | undefined
  async function readLeased() {
    using _reading = lease()
    bytes = await read().catch(() => undefined)
    return bytes
  }
  return { bytes: readLeased(), present: () => bytes, lease }
}
