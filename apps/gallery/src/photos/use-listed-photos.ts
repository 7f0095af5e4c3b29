import type { Photo } from '@tintype/client'
import { usePhotos } from '@tintype/react'
import { useRef } from 'react'
import { explainFailure } from '../explain-failure.ts'
import type { Query } from '../search/use-query.ts'
import { tintype } from '../tintype.ts'

/** The photos of a query, as far as they are loaded. */
export interface ListedPhotos {
  readonly photos: readonly Photo[]
  readonly isLoading: boolean
  readonly hasMore: boolean
  /** Why the last page could not be loaded. */
  readonly failure: string | undefined
  loadMore(): Promise<void>
}

/** Lists photos page by page. While another query is loaded, those of the last one stay. */
export function useListedPhotos({ search, tag }: Query): ListedPhotos {
  const { photos, status, error, hasMore, loadMore } = usePhotos({
    client: tintype,
    search: search === '' ? undefined : search,
    tag,
  })
  const last = useRef(photos)
  const isNew = status === 'loading' && photos.length === 0
  if (!isNew) last.current = photos
  return {
    photos: last.current,
    isLoading: status === 'loading' || status === 'more',
    hasMore,
    failure: error && explainFailure(error),
    loadMore,
  }
}
