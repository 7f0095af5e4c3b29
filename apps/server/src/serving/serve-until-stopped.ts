import { TintypeError } from '@tintype/contract'
import type { Listening } from '@tintype/http'
import type { Logger } from 'pino'
import type { Services } from '../compose.ts'

/** How long requests under way may take to end after the first signal. */
const graceMs = 30_000

/** Where signals come from; `process`, outside of tests. */
export interface Signals {
  on(signal: 'SIGTERM' | 'SIGINT', listener: () => void): unknown
}

/**
 * Resolves when the server has stopped. The first SIGTERM or SIGINT takes no more uploads and waits for those
 * under way, up to the grace; a second one, or the end of the grace, ends them with 503. Nothing that was
 * acknowledged is lost either way (threats B308, B309).
 */
export async function serveUntilStopped(
  listening: Listening,
  { http: { uploadSlots }, stopping }: Services,
  { log, signals }: { log: Logger; signals: Signals },
): Promise<void> {
  const { first, second } = listenTo(signals)
  await first
  log.info({ event: 'stopping', uploads: uploadSlots.inFlight }, 'stopping; uploads under way may finish')
  uploadSlots.close()
  const closed = listening.close()

  const timer = Promise.withResolvers<void>()
  const grace = setTimeout(timer.resolve, graceMs)
  await Promise.race([closed, timer.promise, second])
  clearTimeout(grace)

  stopping.abort(new TintypeError('OVERLOADED', 'The server is stopping', { retryAfterSeconds: 5 }))
  const lastWords = setTimeout(() => listening.destroy(), 1000)
  await closed
  clearTimeout(lastWords)
  log.info({ event: 'stopped' }, 'stopped')
}

/** One listener for all signals and for good: without any, for however short a time, a signal would kill the process. */
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
