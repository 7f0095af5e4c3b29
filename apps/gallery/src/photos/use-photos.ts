import type { Photo } from '@tintype/client'
import { useCallback, useEffect, useState } from 'react'
import { describeFailure } from '../explain-failure.ts'
import { tintype } from '../tintype.ts'

const pageSize = 24

/** Photos as far as they were asked for, and what can be done with them. */
export interface Photos {
  /** Newest first. */
  readonly photos: readonly Photo[]
  readonly isLoading: boolean
  readonly hasMore: boolean
  /** Why the last page did not come. */
  readonly failure: string | undefined
  loadMore(): Promise<void>
  /** Puts a photo that was just uploaded in front. */
  add(photo: Photo): void
  /** Rejects, and tells why, where the photo is still there. */
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
      const page = await tintype.photos.list.query({ limit: pageSize, cursor: from }, signal && { signal })
      setPhotos((shown) => withoutTwins([...shown, ...page.photos]))
      setCursor(page.nextCursor)
    } catch (error) {
      if (signal?.aborted) return
      setFailure(describeFailure(error))
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
    add: (photo) => setPhotos((shown) => withoutTwins([photo, ...shown])),
    async remove(photo) {
      try {
        await tintype.photos.delete.mutate({ id: photo.id })
      } catch (error) {
        announce(`${photo.filename}: ${describeFailure(error)}`)
        throw error
      }
      setPhotos((shown) => shown.filter((one) => one.id !== photo.id))
      announce(`${photo.filename}: deleted`)
    },
  }
}

/** A photo that was uploaded meanwhile is on the next page as well. */
function withoutTwins(photos: readonly Photo[]): Photo[] {
  return [...new Map(photos.map((photo) => [photo.id, photo])).values()]
}
