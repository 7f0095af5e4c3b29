import type { Photo, PhotoPage, TintypeClient } from '@tintype/client'
import { useEffect, useMemo, useRef, useSyncExternalStore } from 'react'
import { type LiveOptions, useLive } from '../live/use-live.ts'
import { useClient } from '../provider/tintype-provider.tsx'
import { type PhotoPatch, photoChangesOf, type Removal, type RemovalOptions } from './photo-changes.ts'
import { createPhotoList, type PhotoListState } from './photo-list.ts'
import type { PhotoQuery } from './photo-query.ts'

/** Which photos `usePhotos` lists. */
export interface UsePhotosOptions extends PhotoQuery {
  /**
   * Photos of a page, 1 to 100.
   *
   * @default 60 for the first page, which is waited for, and 100 for each one after it
   */
  readonly limit?: number | undefined
  /**
   * The first page, from a server: it is rendered at once, and not requested again. It can be one in the middle, by `around`. It belongs to the query that it is first
   * given with; a list of another query needs another page.
   */
  readonly initial?: PhotoPage | undefined
  /**
   * Id of the photo that the list begins with, for example the one that was in view before a reload. `loadNewer` loads those
   * before it. If the photo no longer exists, the list begins with the newest. Another id begins another list.
   *
   * @default the newest
   */
  readonly around?: string | undefined
  /**
   * Whether photos that others upload, change or delete are added, changed and removed as it happens.
   *
   * @default false
   */
  readonly live?: boolean | LiveOptions | undefined
  /**
   * `false` sends no request, for example until a key is known.
   *
   * @default true
   */
  readonly enabled?: boolean | undefined
  /**
   * Made once, outside of components. With another client the list is loaded again; with a new one at each rendering that repeats
   * until React throws "Maximum update depth exceeded".
   *
   * @default the client of the nearest TintypeProvider
   */
  readonly client?: TintypeClient | undefined
}

/** The photos that are loaded so far, and what can be done with them. */
export interface Photos extends PhotoListState {
  /** Loads the next page, or what failed to load. A call while that is done has no effect. The promise never rejects. */
  loadMore(): Promise<void>
  /** Loads the page before the first that is loaded, if the list began in the middle. The promise never rejects. */
  loadNewer(): Promise<void>
  /** Loads the first page again, and keeps what follows it. The promise never rejects. */
  refresh(): Promise<void>
  /**
   * Adds the new photos that wait, because of `live: { hold: true }` or because the list begins in the middle. In the second case
   * the first page is loaded, and takes the place of what is loaded.
   */
  showPending(): void
  /** Shows new values at once. If the server refuses them, shows the old ones again and rejects with a `TintypeError`. */
  update(id: string, patch: PhotoPatch): Promise<Photo>
  /** Shows the photos no more, and deletes them 10 seconds later unless that is undone. */
  remove(ids: readonly string[], options?: RemovalOptions): Removal
}

/**
 * Photos, newest first, page by page. Photos that this page uploads, changes or deletes by other hooks of the same client are
 * added, changed and removed here as well.
 *
 * @example
 * const { photos, hasMore, loadMore, status, error } = usePhotos({ tag: 'cats' })
 */
export function usePhotos(options: UsePhotosOptions = {}): Photos {
  const { tag, search, sort, limit, around, initial, live = false, enabled = true } = options
  const client = useClient(options.client)
  const isInitialOf = useInitial(initial, JSON.stringify([tag, search, sort, limit, around]))
  // biome-ignore lint/correctness/useExhaustiveDependencies: a page that comes later does not begin the list again
  const list = useMemo(
    () => createPhotoList(client, { tag, search, sort, limit }, isInitialOf ? initial : undefined, around),
    [client, tag, search, sort, limit, around],
  )
  const isHeld = typeof live === 'object' && live.hold === true
  useLive(client, enabled && live)
  useEffect(() => list.holdNew(isHeld), [list, isHeld])
  useEffect(() => (enabled ? list.open() : undefined), [list, enabled])
  const state = useSyncExternalStore(list.subscribe, list.getSnapshot, list.getSnapshot)
  return useMemo(() => {
    const { update, remove } = photoChangesOf(client)
    const { loadMore, loadNewer, refresh, showPending } = list
    return { ...state, loadMore, loadNewer, refresh, showPending, update, remove }
  }, [client, list, state])
}

/** Whether a first page belongs to this query: to the one with which it was given first. */
function useInitial(initial: PhotoPage | undefined, query: string): boolean {
  const given = useRef({ initial, query })
  if (given.current.initial !== initial) given.current = { initial, query }
  return given.current.query === query
}
