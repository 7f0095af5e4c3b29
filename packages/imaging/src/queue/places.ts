/** How many tasks run at once. */
export interface PlacesOptions {
  /** Usual places, at least 1. */
  readonly concurrency: number
  /** Whether there is one more, for callers beside one that has more requests. */
  readonly hasSpare: boolean
  /** Milliseconds after a caller's last request for which it counts as active. */
  readonly companyMs: number
  /** Number of a caller's requests that wait. */
  readonly waitingOf: (share: string) => number
}

/** A place in use. A task that ends leaves it first, so that another caller can get it, and counts for its caller until then. */
export interface Place {
  leave(): void
  forget(): void
}

/**
 * The places of running tasks. A caller that is alone uses all usual ones. While other callers are active, the one with the
 * most requests leaves a usual place free, unless nothing of it runs; the others may use the spare one too.
 *
 * @see docs/adr/0036-decoders-and-slots-are-shared.md
 */
export interface Places {
  /** Notes that a caller is active. */
  noteRequest(share: string): void
  /** Notes that a request of a caller was abandoned before it started: for a second it counts as one of its requests. */
  noteAbandoned(share: string): void
  /** Whether this caller may use one more place now. */
  mayStart(share: string): boolean
  /** Whether a caller, while others are active, has more requests than each of them, one of which runs already. */
  isBusy(share: string): boolean
  /** Whether a task that belongs to no caller may use one now. */
  mayStartBackground(): boolean
  /** Uses a place. @param share the caller; absent for background tasks */
  use(share: string | undefined): Place
  /** Number of a caller's places. */
  runningOf(share: string): number
  /** Number of places in use. */
  active(): number
  /** Number of callers that are remembered. Inactive ones are forgotten with the next request. */
  callers(): number
}

/** What is remembered of a caller. */
interface Recent {
  readonly lastRequestMs: number
  readonly abandoned: number
  readonly lastAbandonedMs: number
}

/** Milliseconds after a caller's last abandoned request in which all of them count. */
const abandonedMs = 1000

/** Creates places, all of them free. */
export function createPlaces({ concurrency, hasSpare, companyMs, waitingOf }: PlacesOptions): Places {
  const all = concurrency + (hasSpare ? 1 : 0)
  const running = new Map<string, number>()
  const runningOf = (share: string) => running.get(share) ?? 0
  /** Active callers, the one whose last request is the oldest first. */
  const recent = new Map<string, Recent>()
  let active = 0

  function abandonedOf(share: string): number {
    const { abandoned = 0, lastAbandonedMs = 0 } = recent.get(share) ?? {}
    return performance.now() - lastAbandonedMs < abandonedMs ? abandoned : 0
  }

  function requestsOf(share: string): number {
    return runningOf(share) + waitingOf(share) + abandonedOf(share)
  }

  function forgetInactive(): void {
    const beforeMs = performance.now() - companyMs
    for (const [share, { lastRequestMs }] of recent) {
      if (lastRequestMs > beforeMs) return
      if (requestsOf(share) === 0) recent.delete(share)
    }
  }

  function othersOf(share: string): string[] {
    forgetInactive()
    return [...recent.keys()].filter((other) => other !== share)
  }

  return {
    noteRequest(share) {
      forgetInactive()
      const { abandoned = 0, lastAbandonedMs = 0 } = recent.get(share) ?? {}
      recent.delete(share)
      recent.set(share, { lastRequestMs: performance.now(), abandoned, lastAbandonedMs })
    },
    noteAbandoned(share) {
      const abandoned = abandonedOf(share) + 1
      const { lastRequestMs } = recent.get(share) ?? {}
      if (lastRequestMs !== undefined)
        recent.set(share, { lastRequestMs, abandoned, lastAbandonedMs: performance.now() })
    },
    mayStart(share) {
      if (active >= all) return false
      const own = runningOf(share)
      if (own === 0) return true
      const others = othersOf(share)
      if (others.length === 0) return active < concurrency
      const requests = requestsOf(share)
      const hasMost = others.every((other) => requestsOf(other) <= requests)
      return !hasMost || (active < concurrency && own < concurrency - 1)
    },
    isBusy(share) {
      const requests = requestsOf(share)
      const others = othersOf(share)
      return requests > 1 && others.length > 0 && others.every((other) => requestsOf(other) < requests)
    },
    mayStartBackground: () => active < concurrency,
    use(share) {
      active += 1
      if (share !== undefined) running.set(share, runningOf(share) + 1)
      return {
        leave() {
          active -= 1
        },
        forget() {
          if (share === undefined) return
          if (runningOf(share) === 1) running.delete(share)
          else running.set(share, runningOf(share) - 1)
        },
      }
    },
    runningOf,
    active: () => active,
    callers: () => new Set([...running.keys(), ...recent.keys()]).size,
  }
}
