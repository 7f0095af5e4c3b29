import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { Logger } from 'pino'
import { createAccess } from './access.ts'
import { createApp } from './app.ts'
import type { Services } from './compose.ts'
import type { Config } from './config/config.ts'
import { answerHotMedia } from './shortcuts/answer-hot-media.ts'
import { refuseOverload } from './shortcuts/refuse-overload.ts'
import type { Shortcut } from './shortcuts/shortcut.ts'

/** How requests are answered: those that come by the thousand take a shortcut, where there is one; the app takes all others. */
export function createRequestListener(
  services: Services,
  options: { readonly config: Config; readonly log: Logger },
): RequestListener {
  const { photos, metrics, admission } = services
  const access = createAccess(options.config.http)
  const shared = { access, observers: { log: options.log, metrics } }
  const shortcuts = [answerHotMedia(photos, shared), refuseOverload(admission, shared)]
  const app = createApp(services, options).callback()
  return (req, res) => {
    if (!tryEach(shortcuts, { req, res, log: options.log })) void app(req, res)
  }
}

/** Whether one of the shortcuts has answered. One that fails must not end the process: the app answers then, or nobody. */
function tryEach(
  shortcuts: readonly Shortcut[],
  { req, res, log }: { req: IncomingMessage; res: ServerResponse; log: Logger },
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
