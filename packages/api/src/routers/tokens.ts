import { tokenIdInput, uploadTokensInput } from '@tintype/contract/schemas'
import { accessProcedure, router } from '../trpc.ts'

/** `tokens.*`: upload tokens for browsers. */
export const tokens = router({
  /** Makes an upload token; for an array of inputs, an array of them. Fails with `FORBIDDEN` for another owner's. */
  createUpload: accessProcedure('tokens:mint')
    .input(uploadTokensInput)
    .mutation(({ ctx, input }) => ctx.access.tokens.createUpload(input, ctx)),

  /** Ends an upload token within a second. */
  revoke: accessProcedure('tokens:mint')
    .input(tokenIdInput)
    .mutation(async ({ ctx, input }) => {
      await ctx.access.tokens.revoke(input.id, ctx)
      return { id: input.id }
    }),
})
