import type { TintypeError } from '@tintype/contract'
import type { Log } from '@tintype/photos'

/** What failed: a request, or one call of a batch. */
export interface ErrorPlace {
  readonly requestId?: string | undefined
  readonly procedure?: string | undefined
}

/** Logs a request, or a call, that failed. */
export type ErrorLog = (error: TintypeError, place: ErrorPlace) => void

/** Milliseconds between two lines about overload. */
const overloadIntervalMs = 1000

/**
 * Creates the log of one server's failures:
 *
 * - `refused`, at info, if the client could have known better (4xx);
 * - `overloaded`, at warn, if there is no room: at most once a second, with the number of refusals since the last line;
 * - `failed`, at error, with the cause, if the fault is the server's (any other 5xx).
 */
export function createErrorLog(log: Log): ErrorLog {
  let refusals = 0
  let nextMs = Number.NEGATIVE_INFINITY
  return (error, place) => {
    const facts = { ...place, code: error.code, detail: error.message }
    if (error.code === 'OVERLOADED') {
      refusals += 1
      const nowMs = performance.now()
      if (nowMs < nextMs) return
      log.warn({ event: 'overloaded', ...facts, refusals }, 'overloaded')
      nextMs = nowMs + overloadIntervalMs
      refusals = 0
    } else if ((error.status ?? 0) >= 500) {
      log.error({ event: 'failed', ...facts, err: error.cause }, 'failed')
    } else log.info({ event: 'refused', ...facts }, 'refused')
  }
}
