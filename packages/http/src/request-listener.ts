import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { openCaller } from '@tintype/contract'
import { createApp } from './app.ts'
import type { FastPath } from './fast-path/fast-path.ts'
import { refuseOverload } from './fast-path/overload.ts'
import { answerCachedMedia } from './media/cached-media.ts'
import type { HttpOptions, RequestLogger } from './options.ts'
import { createObservers, type Observers } from './request-log.ts'

/**
 * Creates the listener that answers every request: a fast path for the commonest ones, the app for all others. Clients, by
 * address, begin their requests in turns.
 */
export function createRequestListener(
  options: HttpOptions,
  observers: Observers = createObservers(options),
): RequestListener {
  const { photos, access, log, uploadSlots, thread, basePath, delivery } = options
  const shared = { access, observers, basePath }
  // Otherwise another server sends all bytes, also those that are in memory.
  const media = delivery.kind === 'stream' ? [answerCachedMedia(photos, shared)] : []
  const fastPaths = [...media, refuseOverload(uploadSlots, shared)]
  const app = createApp(options, observers).callback()
  return (req, res) => {
    const begin = () => {
      if (!tryEach(fastPaths, { req, res, log })) void app(req, res)
    }
    thread.run(access.shareOf(openCaller, req), begin, () => res.closed)
  }
}

/** Whether a fast path has answered. If one throws, the app answers, unless an answer has begun. */
function tryEach(
  fastPaths: readonly FastPath[],
  { req, res, log }: { req: IncomingMessage; res: ServerResponse; log: RequestLogger },
): boolean {
  try {
    return fastPaths.some((answer) => answer(req, res))
  } catch (error) {
    log.error({ event: 'failed', err: error }, 'a fast path failed; the app answers instead')
    if (!res.headersSent) return false
    res.destroy()
    return true
  }
}
