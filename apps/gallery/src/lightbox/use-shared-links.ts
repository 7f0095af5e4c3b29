import type { Photo } from '@tintype/client'
import { describeFailure } from '@tintype/client/words'
import { useEffect, useState } from 'react'
import { useMay } from '../access/use-may.ts'
import { isEnding } from '../photos/renew-photo.ts'
import { tintype } from '../tintype.ts'

/** Links to a photo's renditions that can be passed on, because nothing in them opens the original. */
export type SharedLinks =
  /** The photo, with such links instead of its own. */
  | { readonly state: 'ready'; readonly photo: Photo }
  | { readonly state: 'waiting' }
  /** The photo is private, and the key of this page may not sign links. */
  | { readonly state: 'forbidden' }
  /** A sentence says why there are none. */
  | { readonly state: 'failed'; readonly why: string }

/** What the server has answered about one photo. */
interface Answer {
  readonly id: string
  readonly links: SharedLinks
}

/**
 * The links of a photo that can be passed on. The links that a private photo has open its original as well, so others are signed
 * for it.
 *
 * @param isWanted nothing is signed before
 */
export function useSharedLinks(photo: Photo, isWanted: boolean): SharedLinks {
  const maySign = useMay()('urls:sign')
  const [answer, setAnswer] = useState<Answer>()
  const { id } = photo
  const isPublic = photo.visibility === 'public'
  const links = answer?.id === id ? answer.links : waiting
  // biome-ignore lint/correctness/useExhaustiveDependencies: links that are there are used until they are wanted again
  useEffect(() => {
    if (!isWanted || isPublic || !maySign) return
    if (links.state === 'ready' && !isEnding(links.photo)) return
    const controller = new AbortController()
    setAnswer(undefined)
    tintype.urls.sign.mutate({ photoId: id, covers: 'renditions' }, { signal: controller.signal }).then(
      ([signed]) =>
        setAnswer({ id, links: { state: 'ready', photo: withQuery(photo, signed?.query ?? '') } }),
      (error) => {
        if (!controller.signal.aborted)
          setAnswer({ id, links: { state: 'failed', why: describeFailure(error) } })
      },
    )
    return () => controller.abort()
  }, [isWanted, isPublic, maySign, id])
  if (isPublic) return { state: 'ready', photo }
  return maySign ? links : { state: 'forbidden' }
}

const waiting: SharedLinks = { state: 'waiting' }

/** A photo whose links have another query. */
function withQuery(photo: Photo, query: string): Photo {
  const sign = (url: string) => `${url.replace(/\?.*/, '')}?${query}`
  return {
    ...photo,
    url: sign(photo.url),
    thumbnail: { ...photo.thumbnail, url: sign(photo.thumbnail.url) },
  }
}
