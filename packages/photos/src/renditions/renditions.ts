import type { PhotoRecord, RenditionRecord } from '@tintype/catalog'
import { defaultRenditionFormat, isTintypeError, type RenditionFormat, TintypeError } from '@tintype/contract'
import type { Preview } from '@tintype/imaging'
import type { BlobKey } from '@tintype/storage'
import { renditionKey } from '../blob-keys.ts'
import { createLadderQueue } from './ladder-queue.ts'
import { type AheadSource, findOrMake, type RenditionDependencies, type Wish } from './make-rendition.ts'
import { createNegativeCache } from './negative-cache.ts'
import { type LadderMaking, prepareLadder } from './prepare-ladder.ts'

/** Renditions that wait for decoders to have nothing else to do; more than a burst of uploads, and the oldest are left to their first view. */
export const maxRenditionsAhead = 64

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
   * Has the default thumbnail of a new photo made, behind the caller's back, everything else that is to be decoded, and
   * uploads that wait for their answer. Where many are to be made, the oldest are left to their first view.
   *
   * @param preview its pixels, where they are at hand; it is decoded where they are not
   */
  prepareThumbnail(photo: PhotoRecord, preview: Preview | undefined): void
  /**
   * Has every width of the ladder that a photo has made in the same way. Where many photos wait, the oldest are left to
   * their first views.
   */
  prepareLadder(photo: PhotoRecord): void
  /** Photos whose ladder is being made ahead, or waits for that. */
  laddersAhead(): number
}

/** Wires the making of renditions. Disposing it waits for those under way. */
export function createRenditions(deps: RenditionDependencies): Renditions {
  const making = { ...deps, failures: createNegativeCache() }
  const inFlight = new Map<BlobKey, Promise<RenditionRecord>>()
  /** Those that nobody has asked for, oldest first. */
  const ahead = new Map<BlobKey, AbortController>()
  const ladders = createLadderQueue(makeLadder)

  function start(photo: PhotoRecord, name: string, format: RenditionFormat, source?: AheadSource) {
    const key = renditionKey(photo.id, name, format)
    const others = [...inFlight.keys()]
    const wish = { photo, name, format, source, others }
    const flight = inFlight.get(key) ?? findOrMake(wish, making).finally(() => inFlight.delete(key))
    inFlight.set(key, flight)
    return flight
  }

  /**
   * As `start`, behind everything else until somebody asks for it; the controller is aborted where it is given up,
   * the signal whenever it need not be made any more.
   */
  async function startAhead(wish: AheadWish, abort: AbortController, signal = abort.signal): Promise<void> {
    const { photo, name, format, pixels } = wish
    const key = renditionKey(photo.id, name, format)
    ahead.set(key, abort)
    if (ahead.size > maxRenditionsAhead) giveUpOldest()
    try {
      await start(photo, name, format, { pixels, signal, isPatient: () => ahead.has(key) })
    } finally {
      ahead.delete(key)
    }
  }

  function giveUpOldest(): void {
    const [oldest] = ahead
    if (!oldest) return
    ahead.delete(oldest[0])
    oldest[1].abort(new TintypeError('ABORTED', 'Others are to be made first'))
  }

  async function makeLadder(photo: PhotoRecord, stopping: AbortSignal): Promise<void> {
    const abort = new AbortController()
    const give = (reason: unknown) => abort.abort(reason)
    const signal = AbortSignal.any([abort.signal, stopping])
    const make: LadderMaking['make'] = (name, format, pixels) =>
      startAhead({ photo, name, format, pixels }, abort, signal).catch(give)
    await prepareLadder(photo, { signal, make }, deps).catch(async (error) => {
      // bytes that were deleted under the decoder are no fault of theirs (B156)
      const isGone = await deps.catalog.get(photo.id).then(
        (found) => !found,
        () => false,
      )
      // the first rendition that failed has aborted the rest
      if (!isGone && !stopping.aborted) report(abort.signal.reason ?? error, photo, 'ladder')
    })
  }

  /** The first view makes what was not made ahead; a photo that was deleted meanwhile needs nothing. */
  function report(error: unknown, photo: PhotoRecord, event: 'thumbnail' | 'ladder'): void {
    if (isGivenUp(error) || (isTintypeError(error) && error.code === 'PHOTO_NOT_FOUND')) return
    deps.log.warn({ event, photoId: photo.id, err: error }, `a ${event} was not made ahead`)
  }

  return {
    async obtain(photo, name, format) {
      // one that is being made ahead waits no longer than any other from now on
      if (ahead.delete(renditionKey(photo.id, name, format))) deps.imaging.reconsider()
      return await start(photo, name, format).catch((error) => {
        if (isGivenUp(error)) return start(photo, name, format)
        throw error
      })
    },
    prepareThumbnail(photo, preview) {
      const wish = { photo, name: 'thumb', format: defaultRenditionFormat, pixels: preview }
      startAhead(wish, new AbortController()).catch((error) => report(error, photo, 'thumbnail'))
    },
    prepareLadder: (photo) => ladders.add(photo),
    laddersAhead: () => ladders.length(),
    async [Symbol.asyncDispose]() {
      while (ahead.size > 0) giveUpOldest() // what nobody has asked for is left to its first view
      await ladders[Symbol.asyncDispose]()
      await Promise.allSettled(inFlight.values())
    },
  }
}

/** A rendition that nobody has asked for, and what it is made from. */
interface AheadWish extends Pick<Wish, 'photo' | 'name' | 'format'>, Pick<AheadSource, 'pixels'> {}

/** Whether it was left to its first view. */
function isGivenUp(error: unknown): boolean {
  return isTintypeError(error) && error.code === 'ABORTED'
}
