import { TintypeError } from '@tintype/contract'
import type { Listening } from '@tintype/http'
import type { Logger } from 'pino'
import type { Services } from '../compose.ts'

/** Milliseconds in which requests in progress may end after the first signal. */
const graceMs = 30_000

/** The source of signals; `process` outside of tests. */
export interface Signals {
  on(signal: 'SIGTERM' | 'SIGINT', listener: () => void): unknown
}

/**
 * Resolves when the server has stopped. After the first SIGTERM or SIGINT it accepts no more uploads, and waits for the ones
 * in progress, up to the grace. A second signal, or the end of the grace, ends them with 503. In both cases no acknowledged
 * photo is lost (threats B308, B309).
 */
export async function serveUntilStopped(
  listening: Listening,
  { http: { uploadSlots }, stopping }: Services,
  { log, signals }: { log: Logger; signals: Signals },
): Promise<void> {
  const { first, second } = listenTo(signals)
  await first
  log.info({ event: 'stopping', uploads: uploadSlots.inFlight }, 'stopping; uploads in progress may finish')
  uploadSlots.close()
  const closed = listening.close()

  const timer = Promise.withResolvers<void>()
  const grace = setTimeout(timer.resolve, graceMs)
  await Promise.race([closed, timer.promise, second])
  clearTimeout(grace)

  stopping.abort(new TintypeError('OVERLOADED', 'The server is stopping', { retryAfterSeconds: 5 }))
  const lastAnswers = setTimeout(() => listening.destroy(), 1000)
  await closed
  clearTimeout(lastAnswers)
  log.info({ event: 'stopped' }, 'stopped')
}

/** One listener that is never removed: without a listener, a signal would kill the process. */
function listenTo(signals: Signals) {
  const first = Promise.withResolvers<void>()
  const second = Promise.withResolvers<void>()
  let next = first
  const take = () => {
    next.resolve()
    next = second
  }
  signals.on('SIGTERM', take)
  signals.on('SIGINT', take)
  return { first: first.promise, second: second.promise }
}
