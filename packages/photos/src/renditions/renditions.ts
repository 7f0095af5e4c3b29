import type { PhotoRecord, RenditionRecord } from '@tintype/catalog'
import { defaultRenditionFormat, isTintypeError, type RenditionFormat, TintypeError } from '@tintype/contract'
import type { BlobKey } from '@tintype/storage'
import { renditionKey } from '../blob-keys.ts'
import { gridRendition, narrowForGridPx } from './eager-renditions.ts'
import { createLadderQueue } from './ladder-queue.ts'
import {
  type BackgroundRendition,
  findOrRender,
  type RenditionDependencies,
  type RenditionRequest,
  renderAndStore,
} from './make-rendition.ts'
import { createNegativeCache } from './negative-cache.ts'
import { type LadderSteps, prepareLadder } from './prepare-ladder.ts'
import { createWaiters, type Waiters } from './waiters.ts'

/** Makes renditions, each once. */
export interface Renditions extends AsyncDisposable {
  /**
   * The rendition of this name, made first if it does not exist yet or if its bytes are lost. Concurrent requests make it
   * once, and a client that leaves does not affect the others (threat B298). A rendition that cannot be made is not tried
   * again within a minute. If every caller has left before it is begun, it is not made.
   *
   * @throws RENDITION_NOT_FOUND for an unknown name, INVALID_REQUEST if the photo has too many custom sizes, PHOTO_NOT_FOUND
   * if it is deleted, OVERLOADED, errors of store and catalog, and the signal's reason
   */
  obtain(
    photo: PhotoRecord,
    name: string,
    format: RenditionFormat,
    options?: ViewOptions,
  ): Promise<RenditionRecord>
  /** As `obtain`, for a caller that has just read that the rendition has no row. */
  make(
    photo: PhotoRecord,
    name: string,
    format: RenditionFormat,
    options?: ViewOptions,
  ): Promise<RenditionRecord>
  /**
   * Has a rendition that is being made decoded at the turn of this caller too.
   *
   * @throws OVERLOADED if too many renditions wait
   */
  join(key: BlobKey, share: string | undefined): void
  /**
   * Has the thumbnail of a photo made that was uploaded without one, in the background. Of many such photos the oldest are
   * left to their first view.
   */
  prepareThumbnail(photo: PhotoRecord): void
  /**
   * Has every width of the ladder that a photo has made, in the background. Of many such photos the oldest are left to
   * their first views.
   */
  prepareLadder(photo: PhotoRecord): void
  /** Has the rendition of grids made in the background, if the photo is wide enough. Of many photos the oldest are left. */
  prepareGrid(photo: PhotoRecord): void
  /** Number of photos whose ladder, or rendition of grids, is being made in the background or waits for that. */
  laddersAhead(): number
}

/** How a caller waits for a rendition. */
export interface ViewOptions {
  /** Aborted if the caller leaves. */
  readonly signal?: AbortSignal | undefined
  /** The caller, whose turn it is. @default one caller without a name */
  readonly share?: string | undefined
}

interface Flight {
  readonly photoId: string
  readonly made: Promise<RenditionRecord>
  readonly waiters: Waiters
  readonly background: BackgroundRendition | undefined
  /** The callers that wait. */
  readonly shares: Set<string>
}

interface StartOptions {
  readonly render?: typeof findOrRender
  readonly shares?: Set<string>
}

/** Wires the making of renditions. Disposing it waits for those that are being made; the background ones are dropped. */
export function createRenditions(deps: RenditionDependencies): Renditions {
  const renderDeps = { ...deps, failures: createNegativeCache() }
  const inFlight = new Map<BlobKey, Flight>()
  const ladders = createLadderQueue(makeLadder)
  const grids = createLadderQueue(makeForGrid)
  const stopping = new AbortController()

  function start(
    request: Omit<RenditionRequest, 'others' | 'signal' | 'shares'>,
    { render = renderAndStore, shares = new Set<string>() }: StartOptions = {},
  ): Flight {
    const { photo, name, format, background } = request
    const key = renditionKey(photo.id, name, format)
    const flight = inFlight.get(key)
    if (flight) return flight
    const waiters = createWaiters()
    const others = [...inFlight].filter(([, { photoId }]) => photoId === photo.id).map(([other]) => other)
    const making = render({ ...request, signal: waiters.signal, others, shares }, renderDeps)
    const made = making.finally(() => inFlight.delete(key))
    const started = { made, photoId: photo.id, background, waiters, shares }
    inFlight.set(key, started)
    return started
  }

  async function obtain(
    { signal, share, ...request }: Pick<RenditionRequest, 'photo' | 'name' | 'format'> & ViewOptions,
    render: typeof findOrRender,
  ): Promise<RenditionRecord> {
    const wait = async () => {
      join(renditionKey(request.photo.id, request.name, request.format), share)
      const { made, waiters } = start(request, { render, shares: new Set([share ?? '']) })
      return waiters.wait(made, signal)
    }
    return wait().catch((error) => {
      // it was dropped just before, from the background or by its last caller
      if (isDropped(error) && !signal?.aborted) return wait()
      throw error
    })
  }

  function join(key: BlobKey, share = ''): void {
    const flight = inFlight.get(key)
    if (!flight || flight.shares.has(share)) return
    deps.imaging.join(key, share)
    flight.shares.add(share) // it may not have begun to wait yet
    if (flight.background) flight.background.isAwaited = true
  }

  async function makeLadder(photo: PhotoRecord, stopped: AbortSignal): Promise<void> {
    const abort = new AbortController()
    const signal = AbortSignal.any([abort.signal, stopped])
    let failure: unknown
    const isBeingMade: LadderSteps['isBeingMade'] = (name, format) =>
      inFlight.has(renditionKey(photo.id, name, format))
    const make: LadderSteps['make'] = async (name, format, rendered) => {
      const background = { signal, isAwaited: false }
      const { made } = start({ photo, name, format, rendered, background })
      await made.catch((error) => {
        failure ??= error
        // not the failure itself, which is another rendition's
        abort.abort(new TintypeError('ABORTED', 'Another rendition of the ladder failed', { cause: error }))
      })
    }
    const steps = { signal, isBeingMade, make }
    await prepareLadder(photo, steps, deps).catch((error) => report(failure ?? error, photo, 'ladder'))
  }

  async function makeForGrid(photo: PhotoRecord, signal: AbortSignal): Promise<void> {
    if (photo.width <= narrowForGridPx) return
    const background = { signal, isAwaited: false }
    const request = { photo, name: gridRendition, format: defaultRenditionFormat, background }
    const { made } = start(request, { render: findOrRender })
    await made.catch((error) => report(error, photo, 'grid'))
  }

  /** A dropped rendition is made on its first view, and a deleted photo needs none. */
  function report(error: unknown, photo: PhotoRecord, event: 'thumbnail' | 'grid' | 'ladder'): void {
    if (isDropped(error) || (isTintypeError(error) && error.code === 'PHOTO_NOT_FOUND')) return
    deps.log.warn(
      { event, photoId: photo.id, err: error },
      `${event === 'grid' ? 'the rendition of grids' : `a ${event}`} could not be made ahead of its first view`,
    )
  }

  return {
    obtain: (photo, name, format, options) => obtain({ photo, name, format, ...options }, findOrRender),
    make: (photo, name, format, options) => obtain({ photo, name, format, ...options }, renderAndStore),
    join,
    prepareThumbnail(photo) {
      const background = { signal: stopping.signal, isAwaited: false }
      const request = { photo, name: 'thumb', format: defaultRenditionFormat, background }
      start(request).made.catch((error) => report(error, photo, 'thumbnail'))
    },
    prepareGrid: (photo) => grids.add(photo),
    prepareLadder: (photo) => ladders.add(photo),
    laddersAhead: () => ladders.length() + grids.length(),
    async [Symbol.asyncDispose]() {
      stopping.abort(new TintypeError('ABORTED', 'The library is closing'))
      await Promise.all([ladders[Symbol.asyncDispose](), grids[Symbol.asyncDispose]()])
      await Promise.allSettled([...inFlight.values()].map(({ made }) => made))
    },
  }
}

/** Whether background work was dropped and is left to its first view. */
function isDropped(error: unknown): boolean {
  return isTintypeError(error) && error.code === 'ABORTED'
}
