import { thumbnailInput, thumbnailListInput } from '@tintype/contract/schemas'
import { procedure, router } from '../trpc.ts'

/** `thumbnails.*`: renditions. */
export const thumbnails = router({
  /** Makes a rendition, once for all callers; the same input has the same URL. Fails with `PHOTO_NOT_FOUND`, `OVERLOADED`. */
  create: procedure('renditions:create')
    .input(thumbnailInput)
    .mutation(({ ctx, input, signal }) =>
      ctx.photos.createThumbnail(input, { scope: ctx.caller.scope, signal, share: ctx.share }),
    ),

  /** The renditions that exist. Fails with `PHOTO_NOT_FOUND`. */
  list: procedure('photos:read')
    .input(thumbnailListInput)
    .query(({ ctx, input }) => ctx.photos.listThumbnails(input.photoId, ctx.caller.scope)),
})
