/** Bytes of memory that several holders share. */
export interface ByteBudget {
  /** Acquires `byteSize` bytes and returns `true`; acquires nothing and returns `false` if fewer are left. */
  take(byteSize: number): boolean
  /** Gives back what was acquired. */
  give(byteSize: number): void
  /** Bytes that are free. */
  readonly leftByteSize: number
}

/** A budget of `totalByteSize` bytes, all of them free. */
export function createByteBudget(totalByteSize: number): ByteBudget {
  let left = totalByteSize
  return {
    take(byteSize) {
      if (byteSize > left) return false
      left -= byteSize
      return true
    },
    give(byteSize) {
      left += byteSize
    },
    get leftByteSize() {
      return left
    },
  }
}
