import Koa from 'koa'
import mount from 'koa-mount'
import type { Logger } from 'pino'
import { admitCaller, createAccess } from './access.ts'
import type { Services } from './compose.ts'
import type { Config } from './config/config.ts'
import { closeOnUnreadBody } from './middleware/close-on-unread-body.ts'
import { errorResponse } from './middleware/error-response.ts'
import { refuseOtherMethods } from './middleware/refuse-other-methods.ts'
import { refuseUnreadableTarget } from './middleware/refuse-unreadable-target.ts'
import { requestScope } from './middleware/request-scope.ts'
import { securityHeaders } from './middleware/security-headers.ts'
import { sendStreams } from './middleware/send-streams.ts'
import { mediaRoutes } from './routes/media.ts'
import { operationRoutes } from './routes/operations.ts'
import { photoRoutes, uploadRoutes } from './routes/photos.ts'
import { servePage, serveStatic } from './routes/static.ts'
import { trpcRoutes } from './routes/trpc.ts'
import type { RequestState } from './state.ts'

/** A client that leaves is no fault of ours, and worth no stack. */
function reportCutOff(error: NodeJS.ErrnoException, log: Logger) {
  const isLeaving = ['ECONNRESET', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE'].includes(error.code ?? '')
  if (isLeaving) log.debug({ event: 'connection', code: error.code }, 'a client left')
  else log.warn({ event: 'connection', err: error }, 'an answer was cut off')
}

/** The whole of Tintype as one Koa app. Read downwards: this is the order in which a request meets it. */
export function createApp(
  services: Services,
  { config, log }: { config: Config; log: Logger },
): Koa<RequestState> {
  const { photos, metrics, admission, staticDirectory } = services
  const app = new Koa<RequestState>()
  app.on('error', (error) => reportCutOff(error, log))

  app.use(sendStreams())
  app.use(requestScope({ log, metrics }))
  app.use(errorResponse())
  app.use(securityHeaders())
  app.use(refuseUnreadableTarget())
  app.use(closeOnUnreadBody())
  app.use(admitCaller(createAccess(config.http)))

  app.use(mount('/media', mediaRoutes(photos))) // first of the routes: most requests are for media
  const uploads = { photos, admission, pace: config.limits, stopping: services.stopping.signal }
  for (const router of [operationRoutes(services), uploadRoutes(uploads), photoRoutes({ photos })]) {
    app.use(router.routes())
    app.use(refuseOtherMethods())
  }
  app.use(mount('/trpc', trpcRoutes(photos, config.limits)))
  const { publicUrl } = config.http
  app.use(mount('/static', serveStatic(staticDirectory, { publicUrl })))
  app.use(servePage(staticDirectory, { publicUrl }))
  return app
}
