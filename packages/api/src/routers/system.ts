import { rights, type SystemAbout } from '@tintype/contract'
import { procedure, router } from '../trpc.ts'

/** `system.*`: the server itself. */
export const system = router({
  /** What may be uploaded, and which presets and widths exist. */
  limits: procedure('system:read').query(({ ctx }) => ctx.photos.getLimits()),

  /** The server's version, its access mode, how many photos the caller can list, and what it may do. */
  about: procedure('system:read').query(async ({ ctx, signal }): Promise<SystemAbout> => {
    const { version, caller, share } = ctx
    const access = ctx.access === undefined ? 'open' : 'closed'
    const mayCount = caller.may('photos:read')
    const photos = mayCount ? await ctx.photos.countPhotos(caller.scope, { share, signal }) : undefined
    return { version, access, photos: photos ?? null, rights: rights.filter((right) => caller.may(right)) }
  }),
})
