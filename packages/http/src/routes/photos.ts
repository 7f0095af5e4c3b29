import Router from '@koa/router'
import { isPhotoId, type Photo, type PhotoId, TintypeError } from '@tintype/contract'
import type { PhotoLibrary, UploadRequest } from '@tintype/photos'
import { requireRight } from '../access.ts'
import { type UploadPace, watchUpload } from '../body/upload-deadline.ts'
import { parseUploadHeaders, readWords } from '../body/upload-headers.ts'
import { routePattern } from '../middleware/route-pattern.ts'
import { answerJson } from '../protocol/answer-json.ts'
import { sendContinue } from '../protocol/expect-continue.ts'
import type { Context, KoaState } from '../state.ts'
import type { UploadSlots } from '../upload-slots.ts'

/** What the upload routes need. */
export interface UploadRouteOptions {
  readonly photos: PhotoLibrary
  readonly uploadSlots: UploadSlots
  /** How slow an upload may be. */
  readonly pace: UploadPace
  /** Aborts when the server cannot wait any longer. */
  readonly stopping: AbortSignal
  /** As `HttpOptions.basePath`: `Location` starts with it. */
  readonly basePath: string
}

/** `POST /photos`, `POST /photos/thumbnail`. */
export function uploadRoutes(options: UploadRouteOptions): Router<KoaState> {
  const router = new Router<KoaState>()
  router.use(routePattern())

  router.post('/photos', async (ctx) => {
    answerCreated(ctx, { photo: await takeUpload(ctx, options), options })
  })

  router.post('/photos/thumbnail', async (ctx) => {
    const photo = await takeUpload(ctx, { ...options, withThumbnail: true })
    answerCreated(ctx, { photo, options, body: { thumbnail: photo.thumbnail.url, photo } })
  })
  return router
}

/** `GET` and `DELETE /photos/{id}`. They come behind the uploads, so that `thumbnail` is no id. */
export function photoRoutes({ photos }: { readonly photos: PhotoLibrary }): Router<KoaState> {
  const router = new Router<KoaState>()
  router.use(routePattern())

  router.get('/photos/:id', async (ctx) => {
    requireRight(ctx, 'photos:read')
    ctx.set('Cache-Control', 'no-cache')
    answerJson(ctx, await photos.getPhoto(parseId(ctx.params.id)))
  })

  router.delete('/photos/:id', async (ctx) => {
    requireRight(ctx, 'photos:delete')
    await photos.deletePhoto(parseId(ctx.params.id))
    ctx.status = 204
  })
  return router
}

/** Everything is refused that can be before the first byte of the body is asked for. */
async function takeUpload(
  ctx: Context,
  options: UploadRouteOptions & { readonly withThumbnail?: boolean },
): Promise<Photo> {
  requireRight(ctx, 'photos:create')
  const { req, res, request } = ctx
  const described = parseUploadHeaders(req.headers)
  const words = readWords(req.headers, new URLSearchParams(ctx.querystring))
  using _place = options.uploadSlots.acquire()

  const gone = new AbortController()
  const leave = () => gone.abort(new TintypeError('ABORTED', 'The client left before the answer'))
  res.once('close', leave)
  using _deadline = watchUpload(req, {
    pace: options.pace,
    onTimeout: (error) => gone.abort(error),
  })
  const upload: UploadRequest = {
    ...described,
    body: req,
    declaredByteSize: request.length,
    words,
    signal: AbortSignal.any([gone.signal, options.stopping]),
  }
  try {
    await options.photos.admitUpload(upload)
    sendContinue(req, res)
    const { photo, isReplay } = await options.photos.uploadPhoto(upload, options)
    if (isReplay) ctx.set('Idempotent-Replayed', 'true')
    return photo
  } finally {
    res.off('close', leave)
  }
}

function answerCreated(
  ctx: Context,
  { photo, options, body = photo }: { photo: Photo; options: UploadRouteOptions; body?: object },
) {
  ctx.status = 201
  ctx.set('Location', `${options.basePath}/photos/${photo.id}`)
  ctx.set('Cache-Control', 'no-store')
  answerJson(ctx, body)
}

function parseId(id: string | undefined): PhotoId {
  if (isPhotoId(id)) return id
  throw new TintypeError('PHOTO_NOT_FOUND', 'No photo has this id')
}
