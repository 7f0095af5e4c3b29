import { setTimeout as delay } from 'node:timers/promises'

/** Holds a copy to a number of bytes a second. */
export interface Pace {
  /** Resolves when so many more bytes may be copied. */
  spend(byteSize: number, signal: AbortSignal): Promise<void>
}

/** @param bytesPerSecond no limit if it is absent */
export function createPace(bytesPerSecond?: number): Pace {
  let freeAtMs = performance.now()
  return {
    async spend(byteSize, signal) {
      if (bytesPerSecond === undefined) return
      const nowMs = performance.now()
      freeAtMs = Math.max(freeAtMs, nowMs) + (byteSize / bytesPerSecond) * 1000
      await delay(freeAtMs - nowMs, undefined, { signal })
    },
  }
}
