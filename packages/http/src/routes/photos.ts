import Router from '@koa/router'
import {
  actorOf,
  type Caller,
  isPhotoId,
  openCaller,
  type Photo,
  type PhotoId,
  TintypeError,
} from '@tintype/contract'
import type { PhotoLibrary, UploadDetails } from '@tintype/photos'
import { type Access, requireRight } from '../access/access.ts'
import { assertDeclaredSize, isForm, receiveUpload } from '../body/receive-upload.ts'
import { type UploadPace, watchUpload } from '../body/upload-deadline.ts'
import { parseUploadDetails, parseUploadHeaders } from '../body/upload-headers.ts'
import { settleUpload, uploadBoundsOf, usageTermsOf } from '../body/upload-rights.ts'
import { routePattern } from '../middleware/route-pattern.ts'
import { answerJson } from '../protocol/answer-json.ts'
import { sendContinue } from '../protocol/expect-continue.ts'
import type { ThreadShares } from '../share-thread.ts'
import type { Context, KoaState } from '../state.ts'
import type { UploadSlots } from '../upload-slots.ts'

/** What the upload routes need. */
export interface UploadRouteOptions {
  readonly photos: PhotoLibrary
  readonly uploadSlots: UploadSlots
  /** Whose body is read next. */
  readonly thread: Pick<ThreadShares, 'isAlone' | 'run'>
  /** How large the file of an upload may be, in bytes, and how slow the upload. */
  readonly limits: UploadPace & { readonly maxUploadByteSize: number }
  /** Aborted when uploads under way must end: the server cannot wait any longer. */
  readonly stopping: AbortSignal
  /** As `HttpOptions.publicPath`: `Location` starts with it. */
  readonly publicPath: string
  /** Counts uploads, knows whose turn it is, and decides what callers may say about their photos. */
  readonly access: Pick<Access, 'closed' | 'countUpload' | 'shareOf'>
}

/** `POST /photos`, `POST /photos/thumbnail`. */
export function uploadRoutes(options: UploadRouteOptions): Router<KoaState> {
  const router = new Router<KoaState>()
  router.use(routePattern())

  router.post('/photos', async (ctx) => {
    answerCreated(ctx, { photo: await receivePhoto(ctx, options), options })
  })

  router.post('/photos/thumbnail', async (ctx) => {
    const photo = await receivePhoto(ctx, { ...options, withThumbnail: true })
    answerCreated(ctx, { photo, options, body: { thumbnail: photo.thumbnail.url, photo } })
  })
  return router
}

/** `GET` and `DELETE /photos/{id}`. Mounted after the uploads: `thumbnail` is no id. */
export function photoRoutes({ photos }: { readonly photos: PhotoLibrary }): Router<KoaState> {
  const router = new Router<KoaState>()
  router.use(routePattern())

  router.get('/photos/:id', async (ctx) => {
    requireRight(ctx, 'photos:read')
    ctx.set('Cache-Control', 'no-cache')
    answerJson(ctx, await photos.getPhoto(parseId(ctx.params.id), ctx.state.tintype.caller.scope))
  })

  router.delete('/photos/:id', async (ctx) => {
    requireRight(ctx, 'photos:delete')
    const { caller, requestId } = ctx.state.tintype
    await photos.deletePhoto(parseId(ctx.params.id), actorOf(caller, requestId))
    ctx.status = 204
  })
  return router
}

/** Makes the photo of a request. All that can be refused is refused before the client is told to send the body. */
async function receivePhoto(
  ctx: Context,
  options: UploadRouteOptions & { readonly withThumbnail?: boolean },
): Promise<Photo> {
  requireRight(ctx, 'photos:create')
  const { photos, access, withThumbnail } = options
  const { req, res } = ctx
  const { caller } = ctx.state.tintype
  access.countUpload(caller, req)
  const bounds = uploadBoundsOf(caller)
  const { maxUploadByteSize = options.limits.maxUploadByteSize } = bounds
  const limits = {
    ...options.limits,
    maxUploadByteSize: Math.min(maxUploadByteSize, options.limits.maxUploadByteSize),
  }
  const { idempotencyKey, ...described } = parseUploadHeaders(req.headers)
  const details = parseUploadDetails(req.headers, ctx.querystring)
  const settle = (sent: UploadDetails) => settleUpload(sent, { caller, closed: access.closed })
  const known = isForm(described.contentType) ? undefined : settle(details)
  const declaredByteSize = ctx.request.length ?? 0
  const gone = new AbortController()
  const share = access.shareOf(caller, req)
  const { thread } = options
  // as its request had, or a caller with a key would count as two, and wait for itself
  const address = access.shareOf(openCaller, req)
  const inTurn = (task: () => void) =>
    thread.isAlone(address) ? task() : thread.run(address, task, () => gone.signal.aborted)
  using _slot = options.uploadSlots.acquire(share, (error) => gone.abort(error))

  const leave = () => gone.abort(new TintypeError('ABORTED', 'The client left before the answer'))
  res.once('close', leave)
  using _deadline = watchUpload(req, { pace: limits, onTimeout: (error) => gone.abort(error) })
  const signal = AbortSignal.any([gone.signal, options.stopping])
  try {
    assertDeclaredSize(declaredByteSize, { ...described, ...limits })
    await photos.checkRoom(declaredByteSize)
    if (access.closed)
      await photos.checkQuotas(declaredByteSize, known?.terms ?? usageTermsOf(caller, access.closed))
    sendContinue(req, res)
    await using session = photos.beginUpload(bounds)
    const received = await receiveUpload(
      { ...described, body: req, details, signal, inTurn },
      session,
      limits,
    )
    const assertAllowed = () => assertStillValid(caller, access)
    await assertAllowed()
    const settled = known ?? settle(received.details)
    const { terms, keyOwner: owner } = settled
    const expectedSha256 = [
      ...received.expectedSha256,
      ...(caller.grant?.sha256 ? [caller.grant.sha256] : []),
    ]
    const finish = {
      idempotencyKey,
      owner,
      expectedSha256,
      withThumbnail,
      terms,
      assertAllowed,
      signal,
      share,
    }
    const { photo, isReplay } = await session.finish(settled.details, finish)
    if (isReplay) ctx.set('Idempotent-Replayed', 'true')
    return photo
  } finally {
    res.off('close', leave)
  }
}

/** @throws UNAUTHENTICATED if the caller's key has ended since the request began */
async function assertStillValid(caller: Caller, { closed }: Pick<Access, 'closed'>): Promise<void> {
  if (closed === undefined || (await closed.authenticator.isStillValid(caller))) return
  const detail = 'The key of this upload has ended since it began. Nothing was kept'
  throw new TintypeError('UNAUTHENTICATED', detail, { facts: { reason: 'invalid' } })
}

function answerCreated(
  ctx: Context,
  { photo, options, body = photo }: { photo: Photo; options: UploadRouteOptions; body?: object },
) {
  ctx.status = 201
  ctx.set('Location', `${options.publicPath}/photos/${photo.id}`)
  ctx.set('Cache-Control', 'no-store')
  answerJson(ctx, body)
}

/** Upper case names the same photo. @see RFC 9562 §4 */
function parseId(written: string | undefined): PhotoId {
  const id = written?.toLowerCase()
  if (isPhotoId(id)) return id
  throw new TintypeError('PHOTO_NOT_FOUND', 'No photo has this id')
}
