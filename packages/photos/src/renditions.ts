import type { PhotoRecord, RenditionRecord } from '@tintype/catalog'
import { defaultRenditionFormat, isTintypeError, type RenditionFormat } from '@tintype/contract'
import type { Preview } from '@tintype/imaging'
import type { BlobKey } from '@tintype/storage'
import { renditionKey } from './blob-keys.ts'
import { createFailureMemory } from './failure-memory.ts'
import { findOrMake, type PreviewSource, type RenditionDependencies } from './make-rendition.ts'

/** Thumbnails that wait for decoders to have nothing else to do; more than a burst of uploads, and the oldest are left to their first view. */
const maxAhead = 64

/** Makes renditions, each once. */
export interface Renditions extends AsyncDisposable {
  /**
   * The rendition of this name, made first where it does not exist yet, or where its bytes are lost. However many
   * ask at once, it is made once, and a caller who leaves does not hurt the others (threat B298). What proved to be
   * impossible is not tried again within a minute.
   *
   * @throws RENDITION_NOT_FOUND for a name that is none, INVALID_REQUEST where the photo has too many custom
   * sizes, PHOTO_NOT_FOUND where it is gone, OVERLOADED, and what store and catalog throw
   */
  obtain(photo: PhotoRecord, name: string, format: RenditionFormat): Promise<RenditionRecord>
  /**
   * Has the default thumbnail of a new photo made, behind the caller's back and everything else that is to be decoded.
   * Where many are to be made, the oldest are left to their first view.
   *
   * @param preview its pixels, where they are at hand; it is decoded where they are not
   */
  prepareThumbnail(photo: PhotoRecord, preview: Preview | undefined): void
}

/** Wires the making of renditions. Disposing it waits for those under way. */
export function createRenditions(deps: RenditionDependencies): Renditions {
  const making = { ...deps, failures: createFailureMemory(deps.now) }
  const inFlight = new Map<BlobKey, Promise<RenditionRecord>>()
  /** Those that nobody has asked for, oldest first. */
  const ahead = new Map<BlobKey, AbortController>()

  function start(photo: PhotoRecord, name: string, format: RenditionFormat, source?: PreviewSource) {
    const key = renditionKey(photo.id, name, format)
    const others = [...inFlight.keys()]
    const wish = { photo, name, format, source, others }
    const flight = inFlight.get(key) ?? findOrMake(wish, making).finally(() => inFlight.delete(key))
    inFlight.set(key, flight)
    return flight
  }

  return {
    async obtain(photo, name, format) {
      // one that is being made ahead waits no longer than any other from now on
      ahead.delete(renditionKey(photo.id, name, format))
      return await start(photo, name, format).catch((error) => {
        if (isGivenUp(error)) return start(photo, name, format)
        throw error
      })
    },
    prepareThumbnail(photo, preview) {
      const key = renditionKey(photo.id, 'thumb', defaultRenditionFormat)
      const abort = new AbortController()
      const source = { preview, signal: abort.signal, isPatient: () => ahead.has(key) }
      ahead.set(key, abort)
      if (ahead.size > maxAhead) giveUpOldest()
      start(photo, 'thumb', defaultRenditionFormat, source)
        .catch((error) => {
          // the first view makes it then; a photo that was deleted meanwhile needs none
          if (isGivenUp(error) || (isTintypeError(error) && error.code === 'PHOTO_NOT_FOUND')) return
          deps.log.warn(
            { event: 'thumbnail', photoId: photo.id, err: error },
            'a thumbnail was not made ahead',
          )
        })
        .finally(() => ahead.delete(key))
    },
    async [Symbol.asyncDispose]() {
      await Promise.allSettled(inFlight.values())
    },
  }

  function giveUpOldest(): void {
    const [oldest] = ahead
    if (!oldest) return
    ahead.delete(oldest[0])
    oldest[1].abort()
  }
}

/** Whether it was left to its first view. */
function isGivenUp(error: unknown): boolean {
  return isTintypeError(error) && error.code === 'ABORTED'
}
