import { actorOf, type DeleteOutcome, type PhotoChange, TintypeError, toProblem } from '@tintype/contract'
import {
  photoChangeInput,
  photoDeleteManyInput,
  photoFindByDigestInput,
  photoIdInput,
  photoListInput,
  photoMoveInput,
  photoTagManyInput,
  photoUpdateInput,
} from '@tintype/contract/schemas'
import { tracked } from '@trpc/server'
import { procedure, router } from '../trpc.ts'

/** Changes with the ids that `Last-Event-ID` has. */
async function* track(changes: AsyncIterable<{ readonly id: string; readonly change: PhotoChange }>) {
  for await (const { id, change } of changes) yield tracked(id, change)
}

/** `photos.*`: descriptions of photos. */
export const photos = router({
  /** A page of photos, newest first. Fails with `PHOTO_NOT_FOUND` if there is no photo `around`. */
  list: procedure('photos:read')
    .input(photoListInput)
    .query(({ ctx: { photos, caller, share }, input, signal }) =>
      photos.listPhotos({ ...input, cursor: input.cursor ?? undefined }, caller.scope, { share, signal }),
    ),

  /** One photo. Fails with `PHOTO_NOT_FOUND`. */
  get: procedure('photos:read')
    .input(photoIdInput)
    .query(({ ctx, input }) => ctx.photos.getPhoto(input.id, ctx.caller.scope)),

  /** One photo for each digest that a photo of the caller's list has, in their order. */
  findByDigest: procedure('photos:read')
    .input(photoFindByDigestInput)
    .query(({ ctx, input }) => ctx.photos.findByDigest(input.sha256, ctx.caller.scope)),

  /** Changes title, alt, tags, visibility or metadata; omitted fields stay as they are. Fails with `PHOTO_NOT_FOUND`. */
  update: procedure('photos:update')
    .input(photoUpdateInput)
    .mutation(({ ctx, input: { id, ...patch } }) => {
      if (patch.metadata !== undefined && ctx.caller.kind === 'jwt') throw metadataForbidden()
      return ctx.photos.updatePhoto(id, patch, actorOf(ctx.caller, ctx.requestId))
    }),

  /** Changes of the photos that the caller can list, as they happen. Begins with `ready` or `reset`. */
  onChange: procedure('photos:read')
    .input(photoChangeInput)
    .subscription(({ ctx, input, signal }) =>
      track(
        ctx.photos.openChanges({
          ...{ ...input, caller: ctx.caller, signal },
          isStillValid: async () => (await ctx.isStillValid?.(ctx.caller)) ?? true,
        }),
      ),
    ),

  /** Gives a photo another owner, or none. Fails with `PHOTO_NOT_FOUND`. */
  move: procedure('photos:move')
    .input(photoMoveInput)
    .mutation(({ ctx, input: { id, owner } }) =>
      ctx.photos.movePhoto(id, owner, actorOf(ctx.caller, ctx.requestId)),
    ),

  /** Deletes a photo: its row, its original and all of its renditions. Fails with `PHOTO_NOT_FOUND`. */
  delete: procedure('photos:delete')
    .input(photoIdInput)
    .mutation(async ({ ctx, input }) => {
      await ctx.photos.deletePhoto(input.id, actorOf(ctx.caller, ctx.requestId))
      return { id: input.id }
    }),

  /** Deletes many photos, each by itself. The answer has an outcome for each id, in their order. */
  deleteMany: procedure('photos:delete')
    .input(photoDeleteManyInput)
    .mutation(async ({ ctx, input }): Promise<DeleteOutcome[]> => {
      const outcomes = await ctx.photos.deletePhotos(input.ids, actorOf(ctx.caller, ctx.requestId))
      return outcomes.map(({ id, error }) =>
        error === undefined
          ? { id, status: 'deleted' }
          : { id, status: 'failed', error: toProblem(error, ctx.requestId) },
      )
    }),

  /** Adds and removes tags of many photos, all of them or none. Fails with `PHOTO_NOT_FOUND`, `INVALID_REQUEST`. */
  tagMany: procedure('photos:update')
    .input(photoTagManyInput)
    .mutation(({ ctx, input }) => ctx.photos.tagPhotos(input, actorOf(ctx.caller, ctx.requestId))),
})

function metadataForbidden(): TintypeError {
  const detail = 'Only API keys may change metadata: an application must be able to rely on what it stored'
  return new TintypeError('FORBIDDEN', detail, { facts: { needs: 'photos:update with an API key' } })
}
