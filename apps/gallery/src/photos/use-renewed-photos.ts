import type { Photo } from '@tintype/client'
import { useEffect, useEffectEvent, useRef } from 'react'
import { photoIdOf } from '../grid/use-grid-focus.ts'
import { endOfLinks } from '../lightbox/copy-choices.ts'
import { isEnding, renewBeforeEndMs, renewPhoto } from './renew-photo.ts'

/** The least time between two requests for the photos that are shown large, in milliseconds. */
const leastWaitMs = 10_000

/** What precedes the use of a photo's link, so that its address is new by then; and the failure of its image. */
const occasions = ['pointerover', 'pointerdown', 'contextmenu', 'focusin', 'keydown', 'error'] as const

interface RenewalOptions {
  readonly photos: readonly Photo[]
  /** The photo that is open, with those beside it that the viewer loads in advance. Empty if none is open. */
  readonly shown: readonly Photo[]
  /** Called with photos that have new links. */
  readonly onChange: (...photos: readonly Photo[]) => void
}

/**
 * Replaces signed links before they end: those of the photos that are shown large by themselves, and those of a photo in the grid
 * when it is about to be used, or its image failed.
 */
export function useRenewedPhotos({ photos, shown, onChange }: RenewalOptions): void {
  const underWay = useRef(new Set<string>())
  /** Returns all of them as they are then. */
  const renew = useEffectEvent(async (ending: readonly Photo[]) => {
    // without an answer a photo stays as it is, and the page shows that elsewhere
    const renewed = await Promise.all(ending.map((photo) => renewPhoto(photo).catch(() => photo)))
    const changed = renewed.filter((photo, index) => photo !== ending[index])
    if (changed.length > 0) onChange(...changed)
    return renewed
  })
  const renewShown = useEffectEvent(() => renew(shown))
  const renewUsed = useEffectEvent((link: Element) => {
    const usedId = photoIdOf(link)
    const photo = photos.find(({ id }) => id === usedId)
    if (!photo || !isEnding(photo) || underWay.current.has(photo.id)) return
    underWay.current.add(photo.id)
    void renew([photo]).finally(() => underWay.current.delete(photo.id))
  })
  const shownIds = shown.map(({ id }) => id).join(' ')
  useEffect(() => {
    if (shownIds === '') return
    let timer: ReturnType<typeof setTimeout>
    let isClosed = false
    const check = async () => {
      clearTimeout(timer)
      const ends = (await renewShown()).map(
        (photo) => endOfLinks(photo)?.getTime() ?? Number.POSITIVE_INFINITY,
      )
      const endMs = Math.min(...ends)
      if (!Number.isFinite(endMs) || isClosed) return
      clearTimeout(timer)
      const waitMs = endMs - Date.now() - renewBeforeEndMs
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
  }, [shownIds])
  useEffect(() => {
    const use = ({ target }: Event) => {
      const link = target instanceof Element && target.closest('.tile')
      if (link) renewUsed(link)
    }
    // errors of images do not bubble
    for (const type of occasions) document.addEventListener(type, use, true)
    return () => {
      for (const type of occasions) document.removeEventListener(type, use, true)
    }
  }, [])
}
