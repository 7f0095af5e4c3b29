import type { ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { parseMediaPath, TintypeError } from '@tintype/contract'
import type { Media, ObtainOptions, PhotoLibrary } from '@tintype/photos'
import type { ByteRange } from '@tintype/storage'
import type { Access } from '../access/access.ts'
import {
  type CallMemoryLimits,
  createCallMemory,
  mediaMemoryLimits,
  type Reservation,
  sentFileByteSize,
} from '../call-memory.ts'
import { cutUnread } from '../cut-unread.ts'
import { answerMethod } from '../protocol/answer-method.ts'
import { onSocketEnd } from '../protocol/on-socket-end.ts'
import { setHeaders } from '../protocol/set-headers.ts'
import type { Context, Handler } from '../state.ts'
import { decideMediaAnswer, mediaMount, mediaPattern, wantsDownload } from './decide-media-answer.ts'
import { chooseElsewhere, deliverElsewhere } from './deliver-elsewhere.ts'
import type { MediaDelivery } from './media-delivery.ts'
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
    delivery,
    memoryLimits = mediaMemoryLimits,
  }: {
    readonly access: Pick<Access, 'permitMedia' | 'shareOf'>
    readonly delivery: MediaDelivery
    readonly memoryLimits?: CallMemoryLimits
  },
): Handler {
  const memory = createCallMemory(memoryLimits)
  return async (ctx) => {
    ctx.state.tintype.route = '/media/…'
    if (answerMethod(ctx, ['GET', 'HEAD'])) return
    const reference = parseMediaPath(ctx.path)
    if (!reference) throw unknownUrl(ctx.path)
    ctx.state.tintype.route = mediaPattern(reference)
    const permit = access.permitMedia(ctx.req, { path: mediaMount + ctx.path, query: ctx.querystring })
    const { caller } = ctx.state.tintype
    const { scope = caller.scope, makesCustom } = permit ?? {}
    const share = access.shareOf(caller, ctx.req)
    const obtain = (options: ObtainOptions) =>
      untilLeft(ctx, (signal) => photos.obtainMedia(reference, scope, { ...options, share, signal }))
    const reserve = (byteSize: number) =>
      untilLeft(ctx, (signal) => memory.reserve(byteSize, { share, signal, cut: () => cutUnread(ctx) }))
    const media = await obtain({ makesCustom })
    const canBeMadeAgain = reference.kind === 'rendition'
    const shared = { photos, permit, delivery, reserve }
    if (await answer(ctx, { ...shared, media, canBeMadeAgain })) return
    // The bytes are lost. A rendition is made again and may have another ETag; an original cannot be.
    const again = await obtain({ isLost: true })
    if (!(await answer(ctx, { ...shared, media: again, canBeMadeAgain: false })))
      throw new TintypeError('PHOTO_NOT_FOUND', 'The bytes of this photo are missing in the store')
  }
}

/** Does what is given up when the client leaves. */
async function untilLeft<Result>(
  ctx: Context,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  using left = abortOnLeave(ctx)
  try {
    return await work(left.signal)
  } catch (error) {
    // if the client has only closed its side, the server's side of its connection is still open
    if (error === left.signal.reason) ctx.res.destroy()
    throw error
  }
}

/**
 * Aborted when the client leaves before it has the answer. Closing its side counts as leaving: media that are not in
 * memory are not read for it. Dispose it when that does not matter any more.
 */
function abortOnLeave({ req, res }: Context): Disposable & { readonly signal: AbortSignal } {
  const left = new AbortController()
  const leave = () => left.abort(new TintypeError('ABORTED', 'The client left before the answer'))
  if (res.closed) leave()
  res.once('close', leave)
  const ends = onSocketEnd(req.socket, leave)
  return {
    signal: left.signal,
    [Symbol.dispose]() {
      res.off('close', leave)
      ends[Symbol.dispose]()
    },
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
  readonly delivery: MediaDelivery
  /** Waits until so many bytes may be in memory for the caller. @throws OVERLOADED, ABORTED */
  readonly reserve: (byteSize: number) => Promise<Reservation>
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
  const delivery = decided.status === 304 ? undefined : chooseElsewhere(ctx, found)
  if (delivery !== undefined) {
    const { photos } = found
    return deliverElsewhere(ctx, {
      photos,
      media,
      delivery,
      signature: permit?.signature,
      fields: decided.fields,
    })
  }
  if (decided.status !== 304) {
    const { start, end } = decided.range ?? { start: 0, end: media.byteSize - 1 }
    const sentByteSize = Math.min(end - start + 1, sentFileByteSize)
    using sending = new DisposableStack()
    const reserved = method === 'GET' ? sending.use(await found.reserve(sentByteSize)) : undefined
    // HEAD opens them too: it must not promise bytes that GET cannot send (threats B181, B253).
    const opened = await open(found, decided.range)
    if (!opened) return false
    sending.use(opened)
    if (reserved && !ctx.res.closed) {
      const held = sending.move()
      ctx.res.once('close', () => held.dispose())
      noteProgress(ctx.res, opened.body, { reserved, byteSize: sentByteSize })
      ctx.body = opened.body
    }
  }
  ctx.status = decided.status
  setHeaders(ctx.res, decided.fields)
  return true
}

/** From when a piece is read until the client has taken it, the answer counts as unread. The server's own work does not. */
function noteProgress(
  res: ServerResponse,
  body: Buffer | Readable,
  { reserved, byteSize }: { readonly reserved: Reservation; readonly byteSize: number },
): void {
  if (!(body instanceof Readable)) {
    reserved.answered(byteSize)
    return
  }
  body.on('data', () => reserved.answered(byteSize))
  body.pause() // a 'data' listener makes bytes flow, but only the one who sends them may do that
  res.on('drain', reserved.taken)
}

/** The bytes to send, which the caller disposes; `undefined` if they are lost. */
async function open({ photos, media, canBeMadeAgain }: FoundMedia, range: ByteRange | undefined) {
  const opened = await photos.openMedia(media, range)
  if (!opened || opened.byteSize === media.byteSize) return opened
  opened[Symbol.dispose]() // the file was replaced; other bytes are never sent (threat B175)
  if (canBeMadeAgain) return undefined
  throw new TintypeError('INTERNAL', 'The stored bytes differ from the recorded ones')
}
