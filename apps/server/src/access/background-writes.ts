import type { Log } from '@tintype/photos'

/** Writes for which no answer waits. Disposing it waits for those under way. */
export interface BackgroundWrites extends AsyncDisposable {
  /** Starts a write. Its failure is logged; it is dropped if too many are under way. */
  start(write: () => Promise<unknown>): void
}

/** If the catalog is slower than requests arrive, what is noted about them must not fill the memory. */
const maxUnderWay = 64

/** Keeps track of writes in the background, so that they end before the catalog is closed. */
export function createBackgroundWrites(log: Log): BackgroundWrites {
  const underWay = new Set<Promise<void>>()
  return {
    start(write) {
      if (underWay.size >= maxUnderWay) return
      const written = write().then(
        () => void underWay.delete(written),
        (error: unknown) => {
          underWay.delete(written)
          log.warn({ event: 'access-note', err: error }, 'the use of a key or a refusal was not recorded')
        },
      )
      underWay.add(written)
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(underWay)
    },
  }
}
