import type { Photo } from '@tintype/client'
import { useCallback, useEffect, useState } from 'react'
import { explainFailure } from '../explain-failure.ts'
import { tintype } from '../tintype.ts'

/** The first page fills most windows; later ones are loaded while they are out of view. */
const firstPageSize = 60
const pageSize = 100

/** The photos that are loaded so far, and what can be done with them. */
export interface Photos {
  /** Newest first. */
  readonly photos: readonly Photo[]
  readonly isLoading: boolean
  readonly hasMore: boolean
  /** Why the last page could not be loaded. */
  readonly failure: string | undefined
  loadMore(): Promise<void>
  /** Adds a photo that was just uploaded, in front. */
  add(photo: Photo): void
  /** Deletes a photo. If that fails, announces the reason and rejects. */
  remove(photo: Photo): Promise<void>
}

/** Loads the first page at once. */
export function usePhotos({ announce }: { announce: (text: string) => void }): Photos {
  const [photos, setPhotos] = useState<readonly Photo[]>([])
  const [cursor, setCursor] = useState<string | null>()
  const [isLoading, setLoading] = useState(true)
  const [failure, setFailure] = useState<string>()

  const load = useCallback(async (from: string | null | undefined, signal?: AbortSignal) => {
    setLoading(true)
    setFailure(undefined)
    try {
      const page = await tintype.photos.list.query(
        { limit: from ? pageSize : firstPageSize, cursor: from },
        signal && { signal },
      )
      setPhotos((shown) => withoutDuplicates([...shown, ...page.photos]))
      setCursor(page.nextCursor)
    } catch (error) {
      if (signal?.aborted) return
      setFailure(explainFailure(error))
    }
    setLoading(false)
  }, [])

  useEffect(() => {
    const controller = new AbortController()
    void load(undefined, controller.signal)
    return () => controller.abort()
  }, [load])

  return {
    photos,
    isLoading,
    hasMore: cursor !== null,
    failure,
    loadMore: () => load(cursor),
    add: (photo) => setPhotos((shown) => withoutDuplicates([photo, ...shown])),
    async remove(photo) {
      try {
        await tintype.photos.delete.mutate({ id: photo.id })
      } catch (error) {
        announce(`${photo.filename}: ${explainFailure(error)}`)
        throw error
      }
      setPhotos((shown) => shown.filter((one) => one.id !== photo.id))
      announce(`${photo.filename}: deleted`)
    },
  }
}

/** A photo that was uploaded since the last page is also on the next one. */
function withoutDuplicates(photos: readonly Photo[]): Photo[] {
  return [...new Map(photos.map((photo) => [photo.id, photo])).values()]
}
