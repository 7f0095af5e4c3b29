import { TintypeError } from '@tintype/contract'

/** A number of places. */
export interface Gate {
  /**
   * Waits for a place, first come, first served. Disposing it gives it back; a second time does nothing.
   *
   * @throws OVERLOADED if none became free in time, or the signal's reason
   */
  enter(signal?: AbortSignal): Promise<Disposable>
}

/** Creates a gate. Without `maxWaitMs` it waits until the signal is aborted. */
export function createGate({
  places,
  maxWaitMs,
}: {
  readonly places: number
  readonly maxWaitMs?: number
}): Gate {
  let free = places
  const waiting = new Set<() => void>()

  function release(): void {
    const [next] = waiting
    if (next === undefined) free += 1
    else next()
  }

  function wait(signal: AbortSignal | undefined): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const end = (settle: () => void) => () => {
      waiting.delete(enter)
      clearTimeout(timer)
      signal?.removeEventListener('abort', abort)
      settle()
    }
    const enter = end(resolve)
    const abort = end(() => reject(signal?.reason))
    const refuse = end(() => reject(overloaded()))
    const timer = maxWaitMs === undefined ? undefined : setTimeout(refuse, maxWaitMs)
    signal?.addEventListener('abort', abort)
    waiting.add(enter)
    return promise
  }

  return {
    async enter(signal) {
      signal?.throwIfAborted()
      if (free > 0) free -= 1
      else await wait(signal)
      let isHeld = true
      return {
        [Symbol.dispose]() {
          if (isHeld) release()
          isHeld = false
        },
      }
    },
  }
}

function overloaded(): TintypeError {
  return new TintypeError('OVERLOADED', 'Too many stored files are read at once', { retryAfterSeconds: 1 })
}
