/** Who uses the thread, and which caller leaves it to the others for a moment. All times are those of `performance.now()`. */
export interface ThreadRests {
  /** Notes that a caller has sent something. */
  note(share: string, nowMs: number): void
  /** Whether another caller has sent something within the last second. */
  hasCompany(share: string, nowMs: number): boolean
  /** Notes for how long a task of this caller has used the thread. */
  spend(share: string, durationMs: number, nowMs: number): void
  /** Until when a caller rests; 0 if it does not. */
  restsUntilMs(share: string, nowMs: number): number
  /** Number of callers with an account. `spend` closes those that are not needed any more. */
  accounts(): number
}

/** Milliseconds for which a caller counts as active after it has sent something. */
const companyMs = 1000

/** A longer task was mostly held up: by the collection of garbage, or because another process had the processor. */
const maxRestMs = 20

/** How much longer a caller rests than it has used the thread. */
const restFactor = 2

interface Seen {
  readonly share: string
  atMs: number
}

/**
 * Creates an empty account. A caller that has used the thread for `sliceMs`, while others are active, rests for twice as long: the many
 * small steps of an upload would otherwise each wait for a task of it.
 */
export function createThreadRests({ sliceMs }: { readonly sliceMs: number }): ThreadRests {
  /** The last caller, and the last one that was another: enough to know whether a caller is alone. */
  let last: Seen | undefined
  let other: Seen | undefined
  /** What each caller has used since its last rest, and when it did so last, the oldest first. */
  const spent = new Map<string, { readonly sumMs: number; readonly atMs: number }>()
  /** Until when each caller rests, the earliest first. */
  const rests = new Map<string, number>()

  /** Callers do not come back to be forgotten. */
  function forgetPast(nowMs: number): void {
    for (const [share, { atMs }] of spent) {
      if (nowMs - atMs < companyMs) break
      spent.delete(share)
    }
    for (const [share, untilMs] of rests) {
      if (untilMs > nowMs) break
      rests.delete(share)
    }
  }

  function hasCompany(share: string, nowMs: number): boolean {
    const isCompany = (seen: Seen | undefined) =>
      seen !== undefined && seen.share !== share && nowMs - seen.atMs < companyMs
    return isCompany(last) || isCompany(other)
  }

  return {
    note(share, nowMs) {
      if (last?.share === share) last.atMs = nowMs
      else {
        other = last
        last = { share, atMs: nowMs }
      }
    },
    hasCompany,
    spend(share, durationMs, nowMs) {
      forgetPast(nowMs)
      const sumMs = (spent.get(share)?.sumMs ?? 0) + durationMs
      spent.delete(share)
      if (!hasCompany(share, nowMs)) return
      if (sumMs < sliceMs) return void spent.set(share, { sumMs, atMs: nowMs })
      rests.delete(share)
      rests.set(share, nowMs + Math.min(restFactor * sumMs, maxRestMs))
    },
    restsUntilMs(share, nowMs) {
      const untilMs = rests.get(share)
      if (untilMs === undefined) return 0
      if (untilMs > nowMs) return untilMs
      rests.delete(share)
      return 0
    },
    accounts: () => new Set([...spent.keys(), ...rests.keys()]).size,
  }
}
