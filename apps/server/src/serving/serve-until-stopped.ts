import type { Listening } from '@tintype/http'
import type { Log } from '@tintype/photos'
import type { Services } from '../compose.ts'
import { endRequests } from './end-requests.ts'

/** The source of signals; `process` outside of tests. */
export interface Signals {
  on(signal: 'SIGTERM' | 'SIGINT', listener: () => void): unknown
}

/**
 * Resolves when the server has stopped. After the first SIGTERM or SIGINT it accepts no more uploads, and waits for the ones
 * in progress, up to 30 seconds. A second signal, or the end of that time, ends them with 503. In both cases no acknowledged
 * photo is lost (threats B308, B309).
 */
export async function serveUntilStopped(
  listening: Listening,
  { http: { uploadSlots, photos }, stopping }: Services,
  { log, signals }: { log: Log; signals: Signals },
): Promise<void> {
  const { first, second } = listenTo(signals)
  await first
  log.info({ event: 'stopping', uploads: uploadSlots.inFlight }, 'stopping; uploads in progress may finish')
  uploadSlots.close()
  photos.closeChanges() // they would last for an hour
  await endRequests({ ended: listening.close(), stopping, cut: listening.destroy, hurries: [second] })
  log.info({ event: 'stopped' }, 'stopped')
}

/** One listener that is never removed: without a listener, a signal would kill the process. */
function listenTo(signals: Signals) {
  const first = Promise.withResolvers<void>()
  const second = Promise.withResolvers<void>()
  let next = first
  const onSignal = () => {
    next.resolve()
    next = second
  }
  signals.on('SIGTERM', onSignal)
  signals.on('SIGINT', onSignal)
  return { first: first.promise, second: second.promise }
}
