import { auditListInput } from '@tintype/contract/schemas'
import { accessProcedure, router } from '../trpc.ts'

/** `audit.*`: which caller changed what. */
export const audit = router({
  /** A page of the audit log, newest first. */
  list: accessProcedure('audit:read')
    .input(auditListInput)
    .query(({ ctx, input }) => ctx.access.audit.list({ ...input, cursor: input.cursor ?? undefined }, ctx)),
})
