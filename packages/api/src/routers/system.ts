import type { SystemAbout } from '@tintype/contract'
import { procedure, router } from '../trpc.ts'

/** `system.*`: the server itself. */
export const system = router({
  /** What may be uploaded, and which presets and widths exist. */
  limits: procedure('system:read').query(({ ctx }) => ctx.photos.getLimits()),

  /** The server's version, its access mode, and how many photos the caller can list. */
  about: procedure('system:read').query(async ({ ctx }): Promise<SystemAbout> => {
    const { version, caller } = ctx
    const access = ctx.access === undefined ? 'open' : 'closed'
    const photos = caller.may('photos:read') ? await ctx.photos.countPhotos(caller.scope) : undefined
    return { version, access, photos: photos ?? null }
  }),
})
