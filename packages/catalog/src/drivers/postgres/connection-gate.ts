import { TintypeError } from '@tintype/contract'

/** Lets a limited number of callers have a connection at the same time. */
export interface ConnectionGate {
  /**
   * Resolves when a connection may be used; the caller disposes the place afterwards.
   *
   * @throws CATALOG_UNAVAILABLE if too many wait already, or the wait was too long
   */
  enter(): Promise<Disposable>
}

/** How a gate is made. */
export interface ConnectionGateOptions {
  readonly places: number
  /** Callers that may wait. */
  readonly queueLength: number
  /** Milliseconds that a caller waits at most. */
  readonly waitMs: number
}

/**
 * A gate of our own, because pg's pool has no limit to its queue, and reports a busy pool like a server that cannot be
 * reached.
 */
export function createConnectionGate({ places, queueLength, waitMs }: ConnectionGateOptions): ConnectionGate {
  let free = places
  const waiting = new Set<() => void>()

  function place(): Disposable {
    return {
      [Symbol.dispose]() {
        const [next] = waiting
        if (next === undefined) free += 1
        else next()
      },
    }
  }

  return {
    async enter() {
      if (free > 0) {
        free -= 1
        return place()
      }
      if (waiting.size >= queueLength) throw tooBusy()
      return await new Promise((resolve, reject) => {
        const admit = () => {
          clearTimeout(timer)
          waiting.delete(admit)
          resolve(place())
        }
        const timer = setTimeout(() => {
          waiting.delete(admit)
          reject(tooBusy())
        }, waitMs)
        waiting.add(admit)
      })
    },
  }
}

function tooBusy(): TintypeError {
  return new TintypeError('CATALOG_UNAVAILABLE', 'Every connection to the catalog is busy; try again later', {
    retryAfterSeconds: 1,
  })
}
