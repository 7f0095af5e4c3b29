import Koa from 'koa'
import mount from 'koa-mount'
import { identifyCaller } from './access/access.ts'
import { limitRates } from './access/limit-rates.ts'
import { mediaMount } from './media/decide-media-answer.ts'
import { addFinalSlash } from './middleware/add-final-slash.ts'
import { closeOnUnreadBody } from './middleware/close-on-unread-body.ts'
import { compressText } from './middleware/compress-text.ts'
import { errorResponse } from './middleware/error-response.ts'
import { refuseOtherMethods } from './middleware/refuse-other-methods.ts'
import { refuseUnreadableTarget } from './middleware/refuse-unreadable-target.ts'
import { requestScope } from './middleware/request-scope.ts'
import { securityHeaders } from './middleware/security-headers.ts'
import { sendStreams } from './middleware/send-streams.ts'
import type { HttpOptions, RequestLogger } from './options.ts'
import { createObservers, type Observers } from './request-log.ts'
import { listMediaOrigins, listRoutes } from './routes/list-routes.ts'
import { servePage } from './routes/static.ts'
import type { KoaState } from './state.ts'

/** Logs an answer that could not be sent completely. A client that leaves is not a fault of the server. */
function reportCutOff(error: NodeJS.ErrnoException, log: RequestLogger) {
  const isLeaving = ['ECONNRESET', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE'].includes(error.code ?? '')
  if (isLeaving) log.debug({ event: 'connection', code: error.code }, 'a client left')
  else log.warn({ event: 'connection', err: error }, 'an answer was cut off')
}

/** All of Tintype as one Koa app. A request passes the middleware of `wrapRoutes`, then the routes in this order. */
export function createApp(
  options: HttpOptions,
  observers: Observers = createObservers(options),
): Koa<KoaState> {
  const { access, staticDirectory } = options
  // Routes know nothing of the base path, except `Location`. Outside of it nothing is served.
  const routes = new Koa<KoaState>()
  const { media, operations, photos, mounts } = listRoutes(options)
  routes.use(mount(mediaMount, media)) // first of the routes: most requests are for media
  for (const router of operations) routes.use(router.routes())
  routes.use(refuseOtherMethods())
  routes.use(limitRates(access))
  for (const router of photos) {
    routes.use(router.routes())
    routes.use(refuseOtherMethods())
  }
  for (const [path, handler] of Object.entries(mounts)) routes.use(mount(path, handler))
  routes.use(servePage(staticDirectory, { mediaOrigins: listMediaOrigins(options) }))
  return wrapRoutes(routes, options, observers)
}

/** `/healthz`, `/readyz` and `/metrics` alone, for a port of their own, with the same access as in the app. */
export function createOperationsApp(options: HttpOptions): Koa<KoaState> {
  const routes = new Koa<KoaState>()
  const { operations } = listRoutes({ ...options, hidesOperations: false })
  for (const router of operations) routes.use(router.routes())
  routes.use(refuseOtherMethods())
  return wrapRoutes(routes, options, createObservers(options))
}

/** The routes of an app after the middleware that every request passes, in this order. */
function wrapRoutes(routes: Koa<KoaState>, options: HttpOptions, observers: Observers): Koa<KoaState> {
  const { log, access, basePath } = options
  const app = new Koa<KoaState>()
  app.on('error', (error) => reportCutOff(error, log))

  app.use(sendStreams(options))
  app.use(requestScope(observers))
  app.use(compressText())
  app.use(errorResponse(basePath))
  app.use(securityHeaders())
  app.use(refuseUnreadableTarget())
  app.use(closeOnUnreadBody())
  const probePaths = ['/healthz', '/readyz', '/readyz/node'].map((path) => basePath + path)
  app.use(identifyCaller(access, { probePaths }))
  if (basePath !== '') app.use(addFinalSlash(options))
  app.use(mount(basePath || '/', routes))
  return app
}
