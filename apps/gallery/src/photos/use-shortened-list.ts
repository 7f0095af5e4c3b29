import { isTintypeError, type Photo, type PhotoListInput, type PhotoPage } from '@tintype/client'
import { type RefObject, useRef, useState } from 'react'
import { tintype } from '../tintype.ts'

/** Some photos of a query, as the first page of another list of it. */
interface Part {
  readonly query: unknown
  readonly page: PhotoPage
}

/**
 * Replaces the list of a query by another one, which begins with some of its photos. Those before and after them are listed again
 * when they are needed.
 *
 * @param query the same object as long as it is the same query
 */
export function useShortenedList(query: unknown, input: PhotoListInput) {
  const [part, setPart] = useState<Part>()
  const isWaiting = useRef(false)
  const listFrom = (photo: Photo) => tintype.photos.list.query({ ...input, around: photo.id, limit: 1 })

  return {
    /** What the other list begins with; `undefined` as long as nothing was left out. */
    page: part?.query === query ? part?.page : undefined,
    /** @param listed the photos of the list, also once it has changed */
    async shorten(first: Photo, last: Photo, listed: RefObject<readonly Photo[]>): Promise<void> {
      if (isWaiting.current) return
      isWaiting.current = true
      try {
        const [{ previousCursor }, { nextCursor }] = await Promise.all([listFrom(first), listFrom(last)])
        const [from, to] = [first, last].map((end) => listed.current.findIndex(({ id }) => id === end.id))
        const photos = from === -1 || to === -1 ? [] : listed.current.slice(from, Number(to) + 1)
        if (photos.length > 0) setPart({ query, page: { photos, previousCursor, nextCursor } })
      } catch (failure) {
        // tried again after the next page
        if (!isTintypeError(failure)) throw failure
      } finally {
        isWaiting.current = false
      }
    },
  }
}
