import { ownerQuotaInput, ownerUsageInput } from '@tintype/contract/schemas'
import { accessProcedure, router } from '../trpc.ts'

/** `owners.*`: what owners have, and their limits. */
export const owners = router({
  /** Photos, bytes and limits of an owner: the caller's own one by default. Fails with `FORBIDDEN` for another one. */
  usage: accessProcedure('photos:read')
    .input(ownerUsageInput)
    .query(({ ctx, input }) => ctx.access.owners.usage(input, ctx)),

  /** Replaces the limits of an owner. */
  setQuota: accessProcedure('keys:manage')
    .input(ownerQuotaInput)
    .mutation(({ ctx, input }) => ctx.access.owners.setQuota(input, ctx)),
})
