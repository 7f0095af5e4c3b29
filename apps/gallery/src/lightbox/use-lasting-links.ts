import type { Photo } from '@tintype/client'
import { useEffect, useState } from 'react'
import { tintype } from '../tintype.ts'

/**
 * The photo, with links that can be passed on: those of a private photo are requested again, because the page's own may end soon.
 * Until there are others, and if there are none, they are the page's own.
 *
 * @param isWanted nothing is requested before
 */
export function useLastingLinks(photo: Photo, isWanted: boolean): Photo {
  const [renewed, setRenewed] = useState<Photo>()
  const { id } = photo
  const isPrivate = photo.visibility === 'private'
  useEffect(() => {
    if (!isWanted || !isPrivate) return
    const controller = new AbortController()
    tintype.photos.get.query({ id }, { signal: controller.signal }).then(setRenewed, () => {})
    return () => controller.abort()
  }, [isWanted, isPrivate, id])
  return renewed?.id === id ? { ...photo, url: renewed.url, thumbnail: renewed.thumbnail } : photo
}
