import { createReadStream } from 'node:fs'
import { extname } from 'node:path'
import { TintypeError } from '@tintype/contract'
import type { Middleware } from 'koa'
import serve from 'koa-static'
import { pageSecurityHeaders } from '../middleware/security-headers.ts'
import { answerMethod } from '../protocol/answer-method.ts'
import { evaluateRequest } from '../protocol/conditional.ts'
import type { HeaderFields } from '../protocol/set-headers.ts'
import { findStaticFile, isContentHashed, parseStaticPath, type StaticFile } from '../protocol/static-file.ts'
import type { KoaContext as Context, KoaState } from '../state.ts'

/** How the web bundle is served. */
export interface StaticOptions {
  /** Origin that the photos' URLs begin with; the page's policy lets it show and reach them. */
  readonly publicUrl?: string | undefined
}

/**
 * The files of a web bundle, to be mounted at `/static`. Content-hashed names may be cached for a year,
 * everything else is asked for again each time (and answered 304). Precompressed siblings (`.br`, `.zst`,
 * `.gz`) are sent to who accepts them.
 *
 * @param directory of the bundle; it may appear later. What users upload must never be in it.
 * @throws ROUTE_NOT_FOUND for all that is no file to be served, METHOD_NOT_ALLOWED, PRECONDITION_FAILED,
 *         RANGE_NOT_SATISFIABLE
 */
export function serveStatic(directory: string, options: StaticOptions = {}): Middleware<KoaState> {
  const send = createSend(directory, options)
  return (ctx) => {
    ctx.state.tintype.route = '/static/…'
    return send(ctx, ctx.path)
  }
}

/** The page at `/`, which is the bundle's `index.html`; whatever else is asked for goes on. @see serveStatic */
export function servePage(directory: string, options: StaticOptions = {}): Middleware<KoaState> {
  const send = createSend(directory, options)
  return (ctx, next) => {
    if (ctx.path !== '/') return next()
    ctx.state.tintype.route = '/'
    return send(ctx, '/index.html')
  }
}

function createSend(directory: string, { publicUrl }: StaticOptions) {
  const headers = pageSecurityHeaders(publicUrl)
  const sendWhole = createWholeSender(directory)
  return async (ctx: Context, urlPath: string): Promise<void> => {
    ctx.vary('Accept-Encoding')
    if (answerMethod(ctx, ['GET', 'HEAD'])) return
    const path = parseStaticPath(urlPath)
    const acceptEncoding = ctx.req.headers['accept-encoding']
    const found = path === undefined ? undefined : await findStaticFile(directory, { path, acceptEncoding })
    if (path === undefined || !found) throw fileNotFound()
    const { status, range } = evaluate(ctx, found)
    setFileHeaders(ctx, found, { path, headers })
    if (status === 304) ctx.status = 304
    else if (range) {
      ctx.status = 206
      ctx.set('Content-Range', `bytes ${range.start}-${range.end}/${found.byteSize}`)
      ctx.length = range.end - range.start + 1
      ctx.body = createReadStream(found.file, range)
    } else await sendWhole(ctx, found)
  }
}

/** Fails before any header of the file is set, so that no error is cached for a year (threat B241). */
function evaluate(ctx: Context, { etag, byteSize, changedAtMs, coding }: StaticFile) {
  const { range, ...headers } = ctx.req.headers
  // A part of a coded file is of no use without the rest, so it is not offered (threat B261).
  const seen = coding === 'identity' ? { ...headers, ...(range === undefined ? {} : { range }) } : headers
  const evaluation = evaluateRequest({
    method: ctx.method,
    headers: seen,
    etag,
    byteSize,
    lastModifiedMs: changedAtMs,
  })
  if (evaluation.status === 412) throw new TintypeError('PRECONDITION_FAILED', 'The file has another version')
  if (evaluation.status === 416) {
    ctx.set('Content-Range', `bytes */${byteSize}`)
    throw new TintypeError('RANGE_NOT_SATISFIABLE', `The file has ${byteSize} bytes`, {
      facts: { byteSize },
    })
  }
  return evaluation
}

/** @param named the file that was asked for: it gives the type and decides on caching, whatever is sent for it */
function setFileHeaders(
  ctx: Context,
  { etag, changedAtMs, coding }: StaticFile,
  named: { readonly path: string; readonly headers: HeaderFields },
): void {
  const isImmutable = isContentHashed(named.path)
  ctx.set(named.headers)
  ctx.set('ETag', etag)
  ctx.set('Last-Modified', new Date(changedAtMs).toUTCString())
  ctx.set('Cache-Control', isImmutable ? 'public, max-age=31536000, immutable' : 'no-cache')
  ctx.type = extname(named.path)
  if (!ctx.type) ctx.type = 'application/octet-stream'
  if (coding === 'identity') ctx.set('Accept-Ranges', 'bytes')
  else ctx.set('Content-Encoding', coding)
}

/** koa-static, kept to sending: which file, in which coding and whether at all is decided before. */
function createWholeSender(directory: string) {
  const sendFile = serve(directory, { index: false, format: false, brotli: false, gzip: false })
  return async (ctx: Context, { path }: StaticFile): Promise<void> => {
    const { url } = ctx
    ctx.path = path.split('/').map(encodeURIComponent).join('/')
    try {
      await sendFile(ctx, () => Promise.reject(fileNotFound()))
    } finally {
      ctx.url = url
    }
  }
}

function fileNotFound(): TintypeError {
  return new TintypeError('ROUTE_NOT_FOUND', 'No file is served under this path')
}
