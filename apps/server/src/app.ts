import { TintypeError } from '@tintype/contract'
import Koa, { type Middleware } from 'koa'
import mount from 'koa-mount'
import type { Logger } from 'pino'
import { admitCaller, createAccess } from './access.ts'
import type { Services } from './compose.ts'
import type { Config } from './config.ts'
import { errorResponse } from './middleware/error-response.ts'
import { requestScope } from './middleware/request-scope.ts'
import { securityHeaders } from './middleware/security-headers.ts'
import { mediaRoutes } from './routes/media.ts'
import { operationRoutes } from './routes/operations.ts'
import { photoRoutes } from './routes/photos.ts'
import { servePage, serveStatic } from './routes/static.ts'
import { trpcRoutes } from './routes/trpc.ts'
import type { RequestState } from './state.ts'

/** The whole of Tintype as one Koa app. Read downwards: this is the order in which a request meets it. */
export function createApp(
  services: Services,
  { config, log }: { config: Config; log: Logger },
): Koa<RequestState> {
  const { photos, metrics, admission, staticDirectory } = services
  const app = new Koa<RequestState>()
  app.on('error', (error) => log.warn({ event: 'connection', err: error }, 'an answer was cut off'))

  app.use(requestScope(log, metrics))
  app.use(errorResponse())
  app.use(refuseUnreadableTarget())
  app.use(closeOnUnreadBody())
  app.use(securityHeaders())
  app.use(admitCaller(createAccess(config.http)))

  const { uploadIdleTimeoutMs } = config.limits
  const uploads = { photos, admission, uploadIdleTimeoutMs, stopping: services.stopping.signal }
  for (const router of [operationRoutes(services), photoRoutes(uploads)]) {
    app.use(router.routes())
  }
  app.use(refuseOtherMethods())
  app.use(mount('/trpc', trpcRoutes(photos, config.limits)))
  app.use(mount('/media', mediaRoutes(photos)))
  const { publicUrl } = config.http
  app.use(mount('/static', serveStatic(staticDirectory, { publicUrl })))
  app.use(servePage(staticDirectory, { publicUrl }))
  return app
}

/**
 * Answers for paths that a router knows, and methods that it does not.
 *
 * @see RFC 9110 §15.5.6
 */
function refuseOtherMethods(): Middleware<RequestState> {
  return (ctx, next) => {
    const matched: { methods: string[]; path: string | RegExp }[] = ctx.matched ?? []
    const routes = matched.filter(({ methods }) => methods.length > 0)
    const [route] = routes
    if (!route) return next()
    ctx.state.route = String(route.path)
    ctx.set('Allow', [...new Set(routes.flatMap(({ methods }) => methods))].sort().join(', '))
    if (ctx.method !== 'OPTIONS')
      throw new TintypeError('METHOD_NOT_ALLOWED', `${ctx.method} means nothing here`)
    ctx.status = 204
  }
}

/** Koa reads the target when somebody asks for it, which would fail in the middle of whatever asked first (B080). */
function refuseUnreadableTarget(): Middleware<RequestState> {
  return (ctx, next) => {
    let path: unknown
    let cause: unknown
    try {
      path = ctx.path
    } catch (error) {
      cause = error
    }
    if (typeof path === 'string') return next()
    throw new TintypeError('INVALID_REQUEST', 'The target of the request cannot be read', { cause })
  }
}

/** A body that nobody asked for would hold its connection for as long as it does not end (threat B067). */
function closeOnUnreadBody(): Middleware<RequestState> {
  return async (ctx, next) => {
    await next()
    if (!ctx.req.complete) ctx.set('Connection', 'close')
  }
}
