import type { TintypeError } from '@tintype/contract'

/** The time in which the server or the network is away. */
export interface Outage {
  /** Whether requests failed, and none succeeded since. */
  readonly isOn: boolean
  /** Whether the next request has to wait. */
  readonly isResting: boolean
  /** Notes a failure that can pass, and plans the next request. @returns whether it is worth to go on */
  fail(error: TintypeError): boolean
  /** Ends it: the server answered, or nobody waits. */
  end(): void
}

/** How long an outage may last, and what happens when the next request is due. */
export interface OutageOptions {
  readonly giveUpAfterMs: number
  readonly onDue: () => void
}

/** One request is due after 1, 2, 4 and then 8 seconds, each times 0.75 to 1.25, or when the browser is online again. */
export function createOutage({ giveUpAfterMs, onDue }: OutageOptions): Outage {
  let sinceMs: number | undefined
  let count = 0
  let rest: AbortController | undefined

  const isOffline = () => globalThis.navigator?.onLine === false
  function end(): void {
    rest?.abort()
    rest = sinceMs = undefined
    count = 0
  }
  function wake(): void {
    rest?.abort()
    rest = undefined
    onDue()
  }
  return {
    get isOn() {
      return sinceMs !== undefined
    },
    get isResting() {
      return rest !== undefined
    },
    fail({ retryAfterSeconds = 0 }) {
      const nowMs = performance.now()
      // the time offline does not count
      sinceMs = isOffline() ? nowMs : (sinceMs ?? nowMs)
      const waitMs = retryAfterSeconds * 1000 + 1000 * 2 ** Math.min(count, 3) * (0.75 + Math.random() / 2)
      if (nowMs + retryAfterSeconds * 1000 - sinceMs >= giveUpAfterMs) {
        end()
        return false
      }
      if (rest) return true
      count++
      rest = new AbortController()
      const timer = isOffline() ? undefined : setTimeout(wake, waitMs)
      globalThis.addEventListener?.('online', wake)
      rest.signal.addEventListener('abort', () => {
        clearTimeout(timer)
        globalThis.removeEventListener?.('online', wake)
      })
      return true
    },
    end,
  }
}
