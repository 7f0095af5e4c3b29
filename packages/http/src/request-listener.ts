import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { createApp } from './app.ts'
import { answerHotMedia } from './fast-path/cached-media.ts'
import type { Shortcut } from './fast-path/fast-path.ts'
import { refuseOverload } from './fast-path/overload.ts'
import type { HttpOptions, RequestLogger } from './options.ts'

/** How requests are answered: those that come by the thousand take a shortcut, where there is one; the app takes all others. */
export function createRequestListener(options: HttpOptions): RequestListener {
  const { photos, access, log, metrics, uploadSlots } = options
  const shared = { access, observers: { log, metrics } }
  const shortcuts = [answerHotMedia(photos, shared), refuseOverload(uploadSlots, shared)]
  const app = createApp(options).callback()
  return (req, res) => {
    if (!tryEach(shortcuts, { req, res, log })) void app(req, res)
  }
}

/** Whether one of the shortcuts has answered. One that fails must not end the process: the app answers then, or nobody. */
function tryEach(
  shortcuts: readonly Shortcut[],
  { req, res, log }: { req: IncomingMessage; res: ServerResponse; log: RequestLogger },
): boolean {
  try {
    return shortcuts.some((answer) => answer(req, res))
  } catch (error) {
    log.error({ event: 'failed', err: error }, 'a shortcut failed')
    if (!res.headersSent) return false
    res.destroy()
    return true
  }
}
