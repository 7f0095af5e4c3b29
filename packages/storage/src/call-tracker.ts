/** Counts calls that have not ended, and translates their errors. */
export interface CallTracker {
  /** Returns the work with its error translated, except the signal's own reason. */
  tracked<T>(work: Promise<T>, signal?: AbortSignal): Promise<T>
  /** Resolves when every call so far has ended. */
  settled(): Promise<void>
}

/** Creates a tracker for the calls of one store, which waits for them when it closes. */
export function createCallTracker(translate: (error: unknown) => Error): CallTracker {
  const inFlight = new Set<Promise<unknown>>()
  return {
    tracked(work, signal) {
      const translated = work.catch((error: unknown) => {
        throw signal?.aborted && error === signal.reason ? error : translate(error)
      })
      inFlight.add(translated)
      const forget = () => inFlight.delete(translated)
      translated.then(forget, forget)
      return translated
    },
    async settled() {
      await Promise.allSettled(inFlight)
    },
  }
}
