/** Bytes of memory that several holders share. */
export interface ByteBudget {
  /** Acquires `byteSize` bytes and returns `true`. Acquires nothing and returns `false` if fewer are free. */
  tryAcquire(byteSize: number): boolean
  /** Releases bytes that were acquired. */
  release(byteSize: number): void
  /** Bytes that are free. */
  readonly freeByteSize: number
}

/** Creates a budget of `totalByteSize` bytes, all of them free. */
export function createByteBudget(totalByteSize: number): ByteBudget {
  let free = totalByteSize
  return {
    tryAcquire(byteSize) {
      if (byteSize > free) return false
      free -= byteSize
      return true
    },
    release(byteSize) {
      free += byteSize
    },
    get freeByteSize() {
      return free
    },
  }
}
