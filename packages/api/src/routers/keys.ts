import { keyCreateInput, keyIdInput, keyRotateInput } from '@tintype/contract/schemas'
import { accessProcedure, router } from '../trpc.ts'

/** `keys.*`: API keys. */
export const keys = router({
  /** Makes a key. Only this answer has the key itself. Fails with `FORBIDDEN` if it would be wider than the caller. */
  create: accessProcedure('keys:manage')
    .input(keyCreateInput)
    .mutation(({ ctx, input }) => ctx.access.keys.create(input, ctx)),

  /** All keys that the caller sees, newest first, with revoked and expired ones. */
  list: accessProcedure('keys:manage').query(({ ctx }) => ctx.access.keys.list(ctx)),

  /** Replaces a key; both are valid during the overlap. Fails with `FORBIDDEN` for the caller's own key. */
  rotate: accessProcedure('keys:manage')
    .input(keyRotateInput)
    .mutation(({ ctx, input }) => ctx.access.keys.rotate(input, ctx)),

  /** Ends a key for ever, within a second. Fails with `FORBIDDEN` for the caller's own key. */
  revoke: accessProcedure('keys:manage')
    .input(keyIdInput)
    .mutation(({ ctx, input }) => ctx.access.keys.revoke(input.id, ctx)),
})
