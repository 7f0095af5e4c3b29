import type { Photo } from '@tintype/client'
import { usePhotos } from '@tintype/react'
import { useRef } from 'react'
import { explainFailure } from '../explain-failure.ts'
import type { Query } from '../search/use-query.ts'
import { tintype } from '../tintype.ts'
import { useRepeatedly } from '../use-repeatedly.ts'

/** The photos of a query, as far as they are loaded. */
export interface ListedPhotos {
  readonly photos: readonly Photo[]
  readonly isLoading: boolean
  readonly hasMore: boolean
  /** Why the last page could not be loaded. */
  readonly failure: string | undefined
  loadMore(): Promise<void>
  /** Loads the first page again, and keeps what follows it. */
  refresh(): Promise<void>
}

/** How long to wait before a page that failed is loaded again, in milliseconds: one after the other, then the last one. */
const retryMs = [1000, 2000, 4000, 8000, 16_000, 30_000]
const emptyMs = [3000]

/** Lists photos page by page. While another query is loaded, those of the last one stay. */
export function useListedPhotos({ search, tag, sort }: Query): ListedPhotos {
  const { photos, status, error, hasMore, loadMore, refresh } = usePhotos({
    client: tintype,
    search: search === '' ? undefined : search,
    tag,
    sort: search === '' ? sort : undefined,
  })
  const isLoading = status === 'loading' || status === 'more'
  useRepeatedly(loadMore, error && retryMs, isLoading)
  // until photos that are uploaded elsewhere are announced
  useRepeatedly(
    refresh,
    status === 'ready' && photos.length === 0 && search === '' && !tag ? emptyMs : undefined,
  )
  const last = useRef(photos)
  const isNew = status === 'loading' && photos.length === 0
  if (!isNew) last.current = photos
  return {
    photos: last.current,
    isLoading,
    hasMore,
    failure: error && explainFailure(error),
    loadMore,
    refresh,
  }
}
