import type { Photo } from '@tintype/client'
import { useEffect, useEffectEvent } from 'react'
import { linkId } from '../grid/use-grid-focus.ts'
import { endOfLinks } from '../lightbox/copy-choices.ts'
import { renewBeforeEndMs, renewPhoto } from './renew-photo.ts'

/** The least time between two requests for the photo that is open, in milliseconds. */
const leastWaitMs = 10_000

interface RenewalOptions {
  readonly photos: readonly Photo[]
  readonly open: Photo | undefined
  /** Called with a photo that has new links. */
  readonly onChange: (photo: Photo) => void
}

/** Replaces the signed links of the open photo before they end, and those of a photo in the grid whose image failed. */
export function useRenewedPhotos({ photos, open, onChange }: RenewalOptions): void {
  const renew = useEffectEvent(async (photo: Photo | undefined) => {
    // without an answer the photo stays as it is, and the page shows that elsewhere
    const renewed = photo && (await renewPhoto(photo).catch(() => photo))
    if (renewed && renewed !== photo) onChange(renewed)
    return renewed
  })
  const renewOpen = useEffectEvent(() => renew(open))
  const renewFailed = useEffectEvent((link: Element) => {
    void renew(photos.find(({ id }) => linkId(id) === link.id))
  })
  const openId = open?.id
  useEffect(() => {
    if (openId === undefined) return
    let timer: ReturnType<typeof setTimeout>
    let isClosed = false
    const check = async () => {
      clearTimeout(timer)
      const renewed = await renewOpen()
      const end = renewed && endOfLinks(renewed)
      if (!end || isClosed) return
      clearTimeout(timer)
      const waitMs = end.getTime() - Date.now() - renewBeforeEndMs
      timer = setTimeout(check, Math.min(2 ** 31 - 1, Math.max(leastWaitMs, waitMs)))
    }
    const look = () => {
      if (!document.hidden) void check()
    }
    void check()
    // timers do not run while the computer sleeps
    document.addEventListener('visibilitychange', look)
    return () => {
      isClosed = true
      clearTimeout(timer)
      document.removeEventListener('visibilitychange', look)
    }
  }, [openId])
  useEffect(() => {
    const fail = ({ target }: Event) => {
      const link = target instanceof HTMLImageElement && target.closest('.tile')
      if (link) renewFailed(link)
    }
    // errors of images do not bubble
    document.addEventListener('error', fail, true)
    return () => document.removeEventListener('error', fail, true)
  }, [])
}
