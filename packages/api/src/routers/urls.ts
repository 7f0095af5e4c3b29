import { urlSignInput } from '@tintype/contract/schemas'
import { accessProcedure, router } from '../trpc.ts'

/** `urls.*`: signed media URLs. */
export const urls = router({
  /** Signs the URLs of one photo, or up to 100 paths, which are too long for a query. Fails with `PHOTO_NOT_FOUND`. */
  sign: accessProcedure('urls:sign')
    .input(urlSignInput)
    .mutation(({ ctx, input }) => ctx.access.urls.sign(input, ctx)),
})
