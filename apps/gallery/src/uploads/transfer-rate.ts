/** Measures how fast bytes are sent, over the last seconds. */
export interface TransferRate {
  add(bytes: number): void
  /** Bytes per second; `undefined` until bytes were sent for a second. */
  measure(): number | undefined
}

const windowMs = 5000

/** @param now the time in milliseconds, of any clock that does not go back */
export function createTransferRate(now: () => number = () => performance.now()): TransferRate {
  let samples: { readonly atMs: number; readonly bytes: number }[] = []
  return {
    add(bytes) {
      if (bytes > 0) samples.push({ atMs: now(), bytes })
    },
    measure() {
      const nowMs = now()
      samples = samples.filter(({ atMs }) => atMs > nowMs - windowMs)
      const spanMs = nowMs - (samples[0]?.atMs ?? nowMs)
      if (spanMs < 1000) return undefined
      return (samples.reduce((sum, { bytes }) => sum + bytes, 0) / spanMs) * 1000
    },
  }
}
