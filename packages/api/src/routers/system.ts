import { procedure, router } from '../trpc.ts'

/** `system.*`: the server itself. */
export const system = router({
  /** What may be uploaded, and which presets and widths exist. */
  limits: procedure('system:read').query(({ ctx }) => ctx.photos.getLimits()),
})
