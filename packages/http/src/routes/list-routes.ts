import type Router from '@koa/router'
import type { Middleware } from 'koa'
import { mediaRoutes } from '../media/media-routes.ts'
import type { HttpOptions } from '../options.ts'
import type { Handler, KoaState } from '../state.ts'
import { healthRoute, operationRoutes } from './operations.ts'
import { photoRoutes, uploadRoutes } from './photos.ts'
import { sdkRoutes, serveStatic } from './static.ts'
import { trpcRoutes } from './trpc.ts'

/** Every route but the page: the app mounts them, and a test walks them to see that each checks its right. */
export interface RouteList {
  /** Mounted at `mediaMount`. */
  readonly media: Handler
  readonly operations: readonly Router<KoaState>[]
  readonly photos: readonly Router<KoaState>[]
  /** By their path. */
  readonly mounts: Readonly<Record<string, Handler | Middleware<KoaState>>>
}

/** Creates every route. */
export function listRoutes(options: HttpOptions): RouteList {
  const { photos, staticDirectory } = options
  const mediaOrigins = listMediaOrigins(options)
  return {
    media: mediaRoutes(photos, options),
    operations: options.hidesOperations ? [healthRoute()] : [healthRoute(), operationRoutes(options)],
    photos: [uploadRoutes(options), photoRoutes(options), sdkRoutes(options)],
    mounts: {
      '/trpc': trpcRoutes(photos, options),
      '/static': serveStatic(staticDirectory, { mediaOrigins }),
    },
  }
}

/** Origins that photos come from, besides the page's own. */
export function listMediaOrigins({
  publicOrigin,
  delivery,
}: Pick<HttpOptions, 'publicOrigin' | 'delivery'>): readonly string[] {
  const origins = [publicOrigin, delivery.kind === 'redirect' ? delivery.origin : undefined]
  return origins.filter((origin) => origin !== undefined)
}
