import type {
  Photo,
  PhotoId,
  PhotoPage,
  Rendition,
  RenditionFit,
  RenditionFormat,
  SystemLimits,
} from '@tintype/contract'
import { getTRPCErrorFromUnknown } from '@trpc/server'
import { appRouter } from './app-router.ts'
import type { ApiContext } from './context.ts'
import { toTintypeError } from './to-tintype-error.ts'

/**
 * The procedures, called in the same process. They check rights and inputs as over HTTP, and reject with a `TintypeError`:
 * `INVALID_REQUEST` for a bad input, `OVERLOADED` once Tintype is closing.
 */
export interface LocalProcedures {
  readonly photos: {
    /** A page of photos, newest first: 1 to 100, 20 if `limit` is omitted. `cursor` is the `nextCursor` of the page before. */
    readonly list: (query?: {
      limit?: number | undefined
      cursor?: string | null | undefined
      tag?: string | undefined
      search?: string | undefined
    }) => Promise<PhotoPage>
    /** One photo. Rejects with `PHOTO_NOT_FOUND`. */
    readonly get: (photo: { id: string }) => Promise<Photo>
    /** Changes title, alt or tags; omitted fields stay as they are. Rejects with `PHOTO_NOT_FOUND`. */
    readonly update: (change: {
      id: string
      title?: string | null | undefined
      alt?: string | null | undefined
      tags?: string[] | undefined
    }) => Promise<Photo>
    /** Deletes a photo: its row, its original and all of its renditions. Rejects with `PHOTO_NOT_FOUND`. */
    readonly delete: (photo: { id: string }) => Promise<{ id: PhotoId }>
  }
  readonly thumbnails: {
    /**
     * Makes a rendition, once for all callers. `width` and `height` are pixels, `quality` is 1 to 100. Rejects with
     * `PHOTO_NOT_FOUND`, `OVERLOADED`.
     */
    readonly create: (rendition: {
      photoId: string
      width?: number | undefined
      height?: number | undefined
      fit?: RenditionFit | undefined
      format?: RenditionFormat | undefined
      quality?: number | undefined
    }) => Promise<Rendition>
    /** The renditions that exist. Rejects with `PHOTO_NOT_FOUND`. */
    readonly list: (photo: { photoId: string }) => Promise<readonly Rendition[]>
  }
  readonly system: {
    /** What may be uploaded, and which presets and widths exist. */
    readonly limits: () => Promise<SystemLimits>
  }
}

/** What local calls run with. */
export interface LocalCallOptions {
  /** Cancels the calls. */
  readonly signal: AbortSignal
  /** Called when a call begins; what it returns is disposed at the call's end. What it throws, the call rejects with. */
  readonly begin: () => Disposable
}

/** Creates the procedures for one caller. */
export function createLocalProcedures(
  context: ApiContext,
  { signal, begin }: LocalCallOptions,
): LocalProcedures {
  const { photos, thumbnails, system } = appRouter.createCaller(context, { signal })

  function local<Input extends unknown[], Output>(call: (...input: Input) => Promise<Output>) {
    return async (...input: Input): Promise<Output> => {
      using _running = begin()
      try {
        return await call(...input)
      } catch (thrown) {
        throw toTintypeError(getTRPCErrorFromUnknown(thrown))
      }
    }
  }

  return {
    photos: {
      list: local(photos.list),
      get: local(photos.get),
      update: local(photos.update),
      delete: local(photos.delete),
    },
    thumbnails: { create: local(thumbnails.create), list: local(thumbnails.list) },
    system: { limits: local(system.limits) },
  }
}
