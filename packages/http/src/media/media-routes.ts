import { parseMediaPath, TintypeError } from '@tintype/contract'
import type { Media, PhotoLibrary } from '@tintype/photos'
import type { ByteRange } from '@tintype/storage'
import type { Access } from '../access/access.ts'
import { answerMethod } from '../protocol/answer-method.ts'
import { type HeaderFields, setHeaders } from '../protocol/set-headers.ts'
import type { Context, Handler } from '../state.ts'
import { decideMediaAnswer, mediaMount, mediaPattern, wantsDownload } from './decide-media-answer.ts'
import type { MediaPermit } from './media-permit.ts'

/**
 * Originals and renditions, mounted at `mediaMount`. The bytes of a URL never change, so a cache may keep them for a year. A
 * browser does not run them (threats B104, B235).
 *
 * @see answerCachedMedia, which answers most requests first
 */
export function mediaRoutes(
  photos: PhotoLibrary,
  {
    access,
    accelPrefix,
  }: { readonly access: Pick<Access, 'permitMedia'>; readonly accelPrefix?: string | undefined },
): Handler {
  return async (ctx) => {
    ctx.state.tintype.route = '/media/…'
    if (answerMethod(ctx, ['GET', 'HEAD'])) return
    const reference = parseMediaPath(ctx.path)
    if (!reference) throw unknownUrl(ctx.path)
    ctx.state.tintype.route = mediaPattern(reference)
    const permit = access.permitMedia(ctx.req, { path: mediaMount + ctx.path, query: ctx.querystring })
    const { scope = ctx.state.tintype.caller.scope, makesCustom } = permit ?? {}
    const found = await photos.obtainMedia(reference, scope, { makesCustom })
    const canBeMadeAgain = reference.kind === 'rendition'
    if (await answer(ctx, { photos, media: found, canBeMadeAgain, permit, accelPrefix })) return
    // The bytes are lost. A rendition is made again and may have another ETag; an original cannot be.
    const media = await photos.obtainMedia(reference, scope, { isLost: true })
    if (!(await answer(ctx, { photos, media, canBeMadeAgain: false, permit, accelPrefix })))
      throw new TintypeError('PHOTO_NOT_FOUND', 'The bytes of this photo are missing in the store')
  }
}

/** The error for a URL that no media can have. */
function unknownUrl(path: string): TintypeError {
  return /^\/[^/]+\/[^/]+$/.test(path)
    ? new TintypeError('RENDITION_NOT_FOUND', 'No rendition has this URL')
    : new TintypeError('PHOTO_NOT_FOUND', 'No photo has this URL')
}

interface FoundMedia {
  readonly photos: PhotoLibrary
  readonly media: Media
  /** Whether bytes that differ from the recorded ones count as lost. If not, they are an error. */
  readonly canBeMadeAgain: boolean
  readonly permit: MediaPermit | undefined
  readonly accelPrefix: string | undefined
}

/** Answers with the media. Returns `false`, and does nothing, if their bytes are lost. */
async function answer(ctx: Context, found: FoundMedia): Promise<boolean> {
  const { media, permit } = found
  const { method, headers } = ctx
  const isDownload = permit?.isDownload ?? wantsDownload(ctx.querystring)
  const request = { method, headers, isDownload, privateCacheControl: permit?.cacheControl }
  const decided = decideMediaAnswer(media, request)
  if (decided.status === 412)
    throw new TintypeError(
      'PRECONDITION_FAILED',
      'The stored bytes have another ETag than the request expects',
    )
  if (decided.status === 416) {
    const { byteSize } = media
    ctx.set('Content-Range', `bytes */${byteSize}`)
    throw new TintypeError(
      'RANGE_NOT_SATISFIABLE',
      `The range lies outside of the file, which has ${byteSize} bytes`,
      { facts: { byteSize } },
    )
  }
  if (decided.status !== 304 && found.accelPrefix !== undefined && canAccelerate(ctx))
    return answerByProxy(ctx, found, decided.fields)
  if (decided.status !== 304) {
    // HEAD opens them too: it must not promise bytes that GET cannot send (threats B181, B253).
    const opened = await open(found, decided.range)
    if (!opened) return false
    if (method === 'HEAD' || ctx.res.closed) opened[Symbol.dispose]()
    else {
      ctx.res.once('close', () => opened[Symbol.dispose]())
      ctx.body = opened.body
    }
  }
  ctx.status = decided.status
  setHeaders(ctx.res, decided.fields)
  return true
}

/** nginx would compare these with validators of its own, so Tintype answers such a request itself. */
const comparingHeaders = ['if-match', 'if-unmodified-since', 'if-range'] as const

function canAccelerate({ method, headers }: Context): boolean {
  return method === 'GET' && comparingHeaders.every((name) => headers[name] === undefined)
}

/**
 * Leaves the bytes to nginx, ranges included. Returns `false` if they are lost.
 *
 * @see https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_ignore_headers
 */
async function answerByProxy(ctx: Context, found: FoundMedia, fields: HeaderFields): Promise<boolean> {
  // Not opened: that would read a small file into memory.
  if (!(await found.photos.hasMedia(found.media))) return false
  const { 'Content-Length': _length, 'Content-Range': _range, ...kept } = fields
  ctx.status = 200
  setHeaders(ctx.res, { ...kept, 'X-Accel-Redirect': `${found.accelPrefix}/${found.media.key}` })
  ctx.body = ''
  setHeaders(ctx.res, { 'Content-Type': found.media.mimeType })
  return true
}

/** The bytes to send, which the caller disposes; `undefined` if they are lost. */
async function open({ photos, media, canBeMadeAgain }: FoundMedia, range: ByteRange | undefined) {
  const opened = await photos.openMedia(media, range)
  if (!opened || opened.byteSize === media.byteSize) return opened
  opened[Symbol.dispose]() // the file was replaced; other bytes are never sent (threat B175)
  if (canBeMadeAgain) return undefined
  throw new TintypeError('INTERNAL', 'The stored bytes differ from the recorded ones')
}
