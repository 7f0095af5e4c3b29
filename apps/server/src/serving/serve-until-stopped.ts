import { setTimeout as delay } from 'node:timers/promises'
import type { Listening } from '@tintype/http'
import type { Log } from '@tintype/photos'
import type { Services } from '../compose.ts'
import type { Config } from '../config/config.ts'
import { endRequests } from './end-requests.ts'

/** The source of signals; `process` outside of tests. */
export interface Signals {
  on(signal: 'SIGTERM' | 'SIGINT', listener: () => void): unknown
}

/**
 * Resolves when the server has stopped. After the first SIGTERM or SIGINT it is not ready any more, but accepts requests for
 * `stop.drainDelayMs`. Then it accepts no more uploads, and waits for the ones in progress, up to `stop.timeoutMs`. A second
 * signal ends the delay, and one more, or the end of that time, ends the uploads with 503. In all cases no acknowledged photo is
 * lost (threats B308, B309).
 */
export async function serveUntilStopped(
  listening: Listening,
  { http: { uploadSlots, photos }, stopping }: Services,
  { log, signals, stop }: { log: Log; signals: Signals; stop: Config['stop'] },
): Promise<void> {
  const next = listenTo(signals)
  await next()
  if (stop.drainDelayMs > 0) {
    uploadSlots.announceEnd()
    log.info(
      { event: 'draining', delayMs: stop.drainDelayMs },
      'not ready any more; requests are still accepted',
    )
    await endEarly(stop.drainDelayMs, next())
  }
  log.info({ event: 'stopping', uploads: uploadSlots.inFlight }, 'stopping; uploads in progress may finish')
  uploadSlots.close()
  photos.closeChanges() // they would last for an hour
  const requests = { ended: listening.close(), stopping, cut: listening.destroy }
  await endRequests({ ...requests, hurries: [next()], waitMs: stop.timeoutMs })
  log.info({ event: 'stopped' }, 'stopped')
}

/** Waits, but not after the signal. */
async function endEarly(ms: number, signal: Promise<void>): Promise<void> {
  const timer = new AbortController()
  await Promise.race([delay(ms, undefined, { signal: timer.signal }).catch(() => undefined), signal])
  timer.abort()
}

/**
 * One listener that is never removed: without a listener, a signal would kill the process. Returns a function whose promise
 * resolves at the next signal after its call.
 */
function listenTo(signals: Signals): () => Promise<void> {
  let next = Promise.withResolvers<void>()
  const onSignal = () => {
    next.resolve()
    next = Promise.withResolvers()
  }
  signals.on('SIGTERM', onSignal)
  signals.on('SIGINT', onSignal)
  return () => next.promise
}
