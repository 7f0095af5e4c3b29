import Router from '@koa/router'
import type { Middleware } from 'koa'
import serve from 'koa-static'
import { routePattern } from '../middleware/route-pattern.ts'
import { pageSecurityHeaders } from '../middleware/security-headers.ts'
import { answerMethod } from '../protocol/answer-method.ts'
import { createFileHeaders, fileNotFound } from '../protocol/file-headers.ts'
import type { HeaderFields } from '../protocol/set-headers.ts'
import type { KoaContext as Context, KoaState } from '../state.ts'

/** How the web bundle is served. */
export interface StaticOptions {
  /** Origins that photos come from, besides the page's own; the page's policy lets it show and reach them. */
  readonly mediaOrigins?: readonly string[] | undefined
}

/**
 * The files of a web bundle, to be mounted at `/static`. Content-hashed names may be cached for a year, everything else is
 * revalidated each time. Precompressed siblings (`.br`, `.gz`) are sent to clients that accept them.
 *
 * @param directory of the bundle; it may appear later. What users upload must never be in it.
 * @throws ROUTE_NOT_FOUND for everything that is no file to be served, METHOD_NOT_ALLOWED, PRECONDITION_FAILED
 * @see docs/adr/0022-koa-static-serves-the-bundle.md
 */
export function serveStatic(directory: string, options: StaticOptions = {}): Middleware<KoaState> {
  const send = createSend(directory, pageSecurityHeaders(options.mediaOrigins), false)
  return (ctx) => {
    ctx.state.tintype.route = '/static/…'
    if (hasOtherReading(ctx.path)) throw fileNotFound()
    return send(ctx)
  }
}

/** The page at `/`, which is the bundle's `index.html`. Other paths are passed on. @see serveStatic */
export function servePage(directory: string, options: StaticOptions = {}): Middleware<KoaState> {
  const send = createSend(directory, pageSecurityHeaders(options.mediaOrigins), 'index.html')
  return (ctx, next) => {
    if (ctx.path !== '/') return next()
    ctx.state.tintype.route = '/'
    return send(ctx)
  }
}

/**
 * `GET /sdk.js`, `/sdk.d.ts`, `/sdk.tgz`, `/react.tgz`: the SDK of the server's own version, for everyone and for pages of every
 * origin. It is revalidated each time.
 *
 * @param directory of the files; it may appear later
 * @throws ROUTE_NOT_FOUND if the server was built without them, PRECONDITION_FAILED
 */
export function sdkRoutes({ sdkDirectory }: { readonly sdkDirectory: string }): Router<KoaState> {
  const router = new Router<KoaState>()
  router.use(routePattern())
  const headers = { 'Access-Control-Allow-Origin': '*', 'Cross-Origin-Resource-Policy': 'cross-origin' }
  const send = createSend(sdkDirectory, headers, false)
  // declares the script, for editors and Deno
  const sendScript = createSend(sdkDirectory, { ...headers, 'X-TypeScript-Types': './sdk.d.ts' }, false)
  // by its extension it would be a video
  const types = { ...headers, 'Content-Type': 'application/typescript; charset=utf-8' }
  router.get('/sdk.js', sendScript)
  router.get('/sdk.d.ts', createSend(sdkDirectory, types, false))
  for (const path of ['/sdk.tgz', '/react.tgz']) router.get(path, send)
  return router
}

function createSend(directory: string, headers: HeaderFields, index: string | false) {
  const sendFile = serve(directory, { index, setHeaders: createFileHeaders(directory, headers) })
  return async (ctx: Context): Promise<void> => {
    ctx.vary('Accept-Encoding')
    if (answerMethod(ctx, ['GET', 'HEAD'])) return
    await sendFile(ctx, () => Promise.reject(fileNotFound()))
    if (ctx.fresh) ctx.status = 304
  }
}

/**
 * Whether koa-static, or a proxy in front, may read a path as another one: escaped slashes, backslashes, empty segments,
 * and segments that begin with a dot. So each file has one URL, and none of them leads upwards (threat B177).
 */
function hasOtherReading(path: string): boolean {
  return /%2f|%5c|\\|\/(?:\.|%2e|\/|$)/i.test(path)
}
