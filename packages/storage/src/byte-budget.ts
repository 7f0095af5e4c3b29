/** Bytes of memory that several holders share. */
export interface ByteBudget {
  /** Takes `byteSize` and returns `true`; takes nothing and returns `false` where that much is not left. */
  take(byteSize: number): boolean
  /** Gives back what was taken. */
  give(byteSize: number): void
  /** What is left to take. */
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
