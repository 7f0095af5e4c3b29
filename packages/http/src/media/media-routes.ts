import { type MediaReference, parseMediaPath, TintypeError } from '@tintype/contract'
import type { Media, PhotoLibrary } from '@tintype/photos'
import type { ByteRange } from '@tintype/storage'
import type { Middleware } from 'koa'
import { requireRight } from '../access.ts'
import { answerMethod } from '../protocol/answer-method.ts'
import { evaluateRequest } from '../protocol/conditional.ts'
import { setHeaders } from '../protocol/set-headers.ts'
import type { Context, RequestState } from '../state.ts'
import { mediaEtag, mediaFields } from './media-fields.ts'

/**
 * Originals and renditions, mounted at `/media`. The bytes behind a URL never change, so that every answer may be
 * cached for a year; whatever they are, a browser runs none of them (threats B104, B235).
 *
 * @see RFC 9110 §13, §14
 */
export function mediaRoutes(photos: PhotoLibrary): Middleware<RequestState> {
  return async (ctx) => {
    ctx.state.route = '/media/…'
    if (answerMethod(ctx, ['GET', 'HEAD'])) return
    requireRight(ctx, 'photos:read')
    const reference = parseMediaPath(ctx.path)
    if (!reference) throw unknownUrl(ctx.path)
    ctx.state.route = mediaRoute(reference)
    const found = await photos.obtainMedia(reference)
    const canBeMadeAgain = reference.kind === 'rendition'
    if (await answer(ctx, { photos, media: found, canBeMadeAgain })) return
    // What was found is gone: a rendition is made again, with the ETag of what it is then; an original is not there.
    const media = await photos.obtainMedia(reference, { isLost: true })
    if (!(await answer(ctx, { photos, media, canBeMadeAgain: false })))
      throw new TintypeError('PHOTO_NOT_FOUND', 'The bytes of this photo are gone')
  }
}

/** The pattern that a media URL belongs to. */
export function mediaRoute({ kind }: MediaReference): string {
  return kind === 'original' ? '/media/:id.:ext' : '/media/:id/:rendition.:ext'
}

/** What a URL that names nothing would have named. */
function unknownUrl(path: string): TintypeError {
  return /^\/[^/]+\/[^/]+$/.test(path)
    ? new TintypeError('RENDITION_NOT_FOUND', 'No rendition has this URL')
    : new TintypeError('PHOTO_NOT_FOUND', 'No photo has this URL')
}

interface FoundMedia {
  readonly photos: PhotoLibrary
  readonly media: Media
  /** Whether bytes that are not the recorded ones count as gone, instead of as a failure. */
  readonly canBeMadeAgain: boolean
}

/** Answers with the media; or does nothing, and tells so, where its bytes are gone. */
async function answer(ctx: Context, found: FoundMedia): Promise<boolean> {
  const { media } = found
  const { byteSize } = media
  const decision = evaluateRequest({
    method: ctx.method,
    headers: ctx.headers,
    etag: mediaEtag(media),
    byteSize,
  })
  if (decision.status === 412)
    throw new TintypeError('PRECONDITION_FAILED', 'The bytes are not the ones you named')
  if (decision.status === 416) {
    ctx.set('Content-Range', `bytes */${byteSize}`)
    throw new TintypeError('RANGE_NOT_SATISFIABLE', `The file has ${byteSize} bytes`, { facts: { byteSize } })
  }
  if (decision.status !== 304) {
    // HEAD opens them too: it must not promise bytes that GET cannot give (threats B181, B253).
    const opened = await open(found, decision.range)
    if (!opened) return false
    if (ctx.method === 'HEAD' || ctx.res.closed) opened[Symbol.dispose]()
    else {
      ctx.res.once('close', () => opened[Symbol.dispose]())
      ctx.body = opened.body
    }
  }
  const isDownload = ctx.querystring !== '' && new URLSearchParams(ctx.querystring).has('download')
  ctx.status = decision.status
  setHeaders(ctx.res, mediaFields(media, decision, { isDownload }))
  return true
}

/** The bytes to send, which the caller disposes; `undefined` where they are gone. */
async function open({ photos, media, canBeMadeAgain }: FoundMedia, range: ByteRange | undefined) {
  const opened = await photos.openMedia(media, range)
  if (!opened || opened.byteSize === media.byteSize) return opened
  opened[Symbol.dispose]() // changed behind our back: foreign bytes are never served (threat B175)
  if (canBeMadeAgain) return undefined
  throw new TintypeError('INTERNAL', 'The stored bytes are not the ones that were recorded')
}
