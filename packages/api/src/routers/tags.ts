import { tagListInput } from '@tintype/contract/schemas'
import { procedure, router } from '../trpc.ts'

/** `tags.*`: tags that photos have. */
export const tags = router({
  /** Tags of the photos that the caller can list, ascending. */
  list: procedure('photos:read')
    .input(tagListInput)
    .query(({ ctx: { photos, caller, share }, input, signal }) =>
      photos.listTags(input, caller.scope, { share, signal }),
    ),
})
