import type { Photo } from '@tintype/client'
import { describeFailure } from '@tintype/client/words'
import { usePhotos } from '@tintype/react'
import { useRef, useState, useSyncExternalStore } from 'react'
import { useMay } from '../access/use-may.ts'
import { readPlace } from '../grid/place.ts'
import { useFoundAnnouncement } from '../search/use-found-announcement.ts'
import type { Query } from '../search/use-query.ts'
import { keyMemory, tintype } from '../tintype.ts'
import { useRepeatedly } from '../use-repeatedly.ts'
import { useShortenedList } from './use-shortened-list.ts'

/** The photos of a query, as far as they are loaded. */
export interface ListedPhotos {
  readonly photos: readonly Photo[]
  readonly isLoading: boolean
  readonly hasMore: boolean
  /** Whether there are photos before the first one. */
  readonly hasNewer: boolean
  /** Why the last page could not be loaded; also while it is loaded again. */
  readonly failure: string | undefined
  loadMore(): Promise<void>
  loadNewer(): Promise<void>
  /** Lists only the quarters of the photos before and after one of them, if the list is long. */
  keepNear(photo: Photo): void
  /** How many new photos are not shown yet. */
  readonly pending: number
  showPending(): void
}

/** How long to wait before a page that failed is loaded again, in milliseconds: one after the other, then the last one. */
const retryMs = [1000, 2000, 4000, 8000, 16_000, 30_000]

/**
 * Lists photos page by page, and what happens to them elsewhere. While another query is loaded, those of the last one stay.
 *
 * @param hold whether new photos of others wait, because they would move what is looked at
 */
export function useListedPhotos(query: Query, { hold }: { readonly hold: boolean }): ListedPhotos {
  const { search, tag, sort } = query
  /** After a reload the first list begins with the photo that was in view. */
  const [start] = useState(() => ({ query, id: readPlace()?.id }))
  const key = useSyncExternalStore(keyMemory.subscribe, keyMemory.state)
  const mayRead = useMay()('photos:read')
  // a list that waited for a key would be sent with one that has no right to it
  const maySee = mayRead && key !== 'missing' && key !== 'refused'
  const listed = { search: search === '' ? undefined : search, tag, sort: search === '' ? sort : undefined }
  const shortened = useShortenedList(query, listed)
  const { photos, status, error, ...list } = usePhotos({
    ...listed,
    client: tintype,
    enabled: maySee,
    // tabs with different keys see different photos
    live: { hold, sharedAs: key === 'unneeded' ? 'all' : undefined },
    around: shortened.page?.photos[0]?.id ?? (query === start.query ? start.id : undefined),
    initial: shortened.page,
  })
  const isLoading = status === 'loading' || status === 'more'
  useRepeatedly(list.loadMore, maySee && error ? retryMs : undefined, isLoading)
  const last = useRef(photos)
  const isNew = status === 'loading' && photos.length === 0
  // the same array as long as it has the same photos, because every change of it is laid out
  if (!isNew && !isSame(last.current, photos)) last.current = photos
  useFoundAnnouncement({
    query,
    isLoaded: status !== 'loading' && (status !== 'error' || photos.length > 0),
    count: photos.length,
    hasMore: list.hasMore,
  })
  const failed = useRef({ query, error })
  if (error || !isLoading || failed.current.query !== query) failed.current = { query, error }
  const failure = failed.current.error && describeFailure(failed.current.error)
  function keepNear({ id }: Photo): void {
    const at = last.current.findIndex((photo) => photo.id === id)
    const quarter = Math.floor(last.current.length / 4)
    const [first, end] = [
      last.current[Math.max(0, at - quarter)],
      last.current[at + quarter] ?? last.current.at(-1),
    ]
    if (at >= 0 && first && end) void shortened.shorten(first, end, last)
  }
  return { ...list, keepNear, photos: last.current, isLoading, failure }
}

const isSame = (a: readonly Photo[], b: readonly Photo[]) =>
  a.length === b.length && a.every((photo, at) => photo === b[at])
