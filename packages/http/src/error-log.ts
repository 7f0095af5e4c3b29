import { type ErrorFacts, shorten, type TintypeError } from '@tintype/contract'
import type { Log } from '@tintype/photos'

/** What failed: a request, or one call of a batch. */
export interface ErrorPlace {
  readonly requestId?: string | undefined
  /** The client's address. */
  readonly client?: string | undefined
  readonly procedure?: string | undefined
}

/** Logs a request, or a call, that failed. */
export type ErrorLog = (error: TintypeError, place: ErrorPlace) => void

/** Milliseconds between two lines that are sampled. */
const sampleMs = 1000

/** Most characters of a procedure's name in the log: a client may call one that does not exist. */
const maxNameLength = 100

/** Codes of requests that an operator may have to allow: a page's origin, or a name that the server is reached by. */
const settingCodes: ReadonlySet<string> = new Set(['ORIGIN_NOT_ALLOWED', 'HOST_NOT_ALLOWED'])

/**
 * Creates the log of one server's failures:
 *
 * - `refused`, at info, if the client could have known better (4xx). The first in a second whose Host or Origin is not allowed
 *   is at warn, with the number of them since the last such line, because a setting may be missing;
 * - `overloaded`, at warn, if there is no room for a request, and `full`, if there is none on the disk: at most once a second, with
 *   the number of refusals since the last line, the last ones of a burst included;
 * - `failed`, at error, with the cause, if the fault is the server's (any other 5xx).
 */
export function createErrorLog(log: Log): ErrorLog {
  const warnings = new Map([
    ['OVERLOADED', createWarning(log, { event: 'overloaded', text: 'overloaded' })],
    ['STORAGE_FULL', createWarning(log, { event: 'full', text: 'there is no space left' })],
  ])
  const sampleSettings = createSample()
  return (error, place) => {
    const { procedure } = place
    const facts = {
      ...place,
      ...(procedure !== undefined && { procedure: shorten(procedure, maxNameLength) }),
      code: error.code,
      detail: shorten(error.message),
    }
    const warn = warnings.get(error.code)
    if (warn) warn({ ...facts, ...(error.cause !== undefined && { err: error.cause }) })
    else if ((error.status ?? 0) >= 500) {
      log.error({ event: 'failed', ...facts, err: error.cause }, 'failed')
    } else if (settingCodes.has(error.code)) {
      const refusals = sampleSettings()
      const { received } = (error.facts ?? {}) as ErrorFacts
      if (refusals > 0) log.warn({ event: 'refused', ...facts, received, refusals }, 'refused')
      else log.info({ event: 'refused', ...facts }, 'refused')
    } else log.info({ event: 'refused', ...facts }, 'refused')
  }
}

/** Creates a warning that is written at most once a second, with the facts of the last refusal and the number of them. */
function createWarning(
  log: Pick<Log, 'warn'>,
  { event, text }: { readonly event: string; readonly text: string },
): (facts: object) => void {
  let last: object = {}
  const write = (refusals: number) => log.warn({ event, ...last, refusals }, text)
  const sample = createSample(write)
  return (facts) => {
    last = facts
    const refusals = sample()
    if (refusals > 0) write(refusals)
  }
}

/**
 * Counts calls. Returns their number since the last time that it was not 0, at most once a second, otherwise 0.
 *
 * @param onRest called with the number of those that no later call returns
 */
function createSample(onRest?: (count: number) => void): () => number {
  let count = 0
  let nextMs = Number.NEGATIVE_INFINITY
  let isTimed = false
  function take(nowMs: number): number {
    nextMs = nowMs + sampleMs
    const counted = count
    count = 0
    return counted
  }
  function flush(): void {
    isTimed = false
    if (count > 0) onRest?.(take(performance.now()))
  }
  return () => {
    count += 1
    const nowMs = performance.now()
    if (nowMs >= nextMs) return take(nowMs)
    if (!isTimed && onRest) setTimeout(flush, nextMs - nowMs).unref()
    isTimed = true
    return 0
  }
}
