import type { Photo } from '@tintype/client'
import { type RefObject, useEffect, useEffectEvent, useLayoutEffect, useRef, useState } from 'react'
import { text } from '../strings.ts'
import { endOfLinks } from './copy-choices.ts'
import { slideOf } from './slide-of.ts'

type PhotoSwipe = ReturnType<typeof import('./open-photo-swipe.ts').openPhotoSwipe>

/** What the page can do with the picture that is shown. */
export interface Viewer {
  /** Whether the picture is larger than its stage. */
  readonly isZoomed: boolean
  /** Whether something larger than the grid's image can be shown by now. */
  readonly isOpen: boolean
  /** Moves by so many photos. */
  step(by: number): void
  goTo(index: number): void
  zoom(to: 'in' | 'out' | 'fit'): void
}

interface PhotoSwipeOptions {
  readonly stage: RefObject<HTMLElement | null>
  readonly photos: readonly Photo[]
  /** Place of the photo that is shown. */
  readonly at: number
  readonly onMove: (to: Photo) => void
  /** Called if PhotoSwipe cannot be loaded. */
  readonly onFailure: () => void
}

/** How many photos after the open one PhotoSwipe loads in advance. */
export const loadedAhead = 2

const loadPhotoSwipe = () => import('./open-photo-swipe.ts')

/** Loads PhotoSwipe's code before it is needed. If that fails, it is loaded when it is needed. */
export const preloadPhotoSwipe = (): void => void loadPhotoSwipe().catch(() => {})

/** Shows photos in an element, one at a time. */
export function usePhotoSwipe({ stage, photos, at, onMove, onFailure }: PhotoSwipeOptions): Viewer {
  const viewer = useRef<PhotoSwipe>(undefined)
  /** The photos that PhotoSwipe knows by their places. */
  const list = useRef(photos)
  const [generation, setGeneration] = useState(0)
  const [isZoomed, setZoomed] = useState(false)
  const [isOpen, setOpen] = useState(false)
  const startAt = useEffectEvent(() => at)
  const fail = useEffectEvent(onFailure)
  const move = useEffectEvent((index: number) => {
    const photo = list.current[index]
    if (photo && photo.id !== photos[at]?.id) onMove(photo)
  })

  useLayoutEffect(() => {
    const known = list.current
    list.current = photos
    if (!known.every(({ id }, index) => id === photos[index]?.id)) {
      setGeneration((count) => count + 1)
      return
    }
    if (photos.length > known.length) viewer.current?.refreshSlideContent(known.length)
    const current = viewer.current?.currIndex ?? -1
    for (const [index, photo] of known.entries()) {
      // what is in view is not loaded again as long as its links work
      const isNeighbour = index !== current && Math.abs(index - current) <= loadedAhead
      if (photo.url !== photos[index]?.url && (isNeighbour || hasEnded(photo)))
        viewer.current?.refreshSlideContent(index)
    }
  }, [photos])

  // biome-ignore lint/correctness/useExhaustiveDependencies: it starts again when photos have other places
  useEffect(() => {
    const controller = new AbortController()
    const open = ({ openPhotoSwipe }: Awaited<ReturnType<typeof loadPhotoSwipe>>) => {
      if (controller.signal.aborted || !stage.current) return
      const opened = openPhotoSwipe({
        stage: stage.current,
        index: startAt(),
        count: () => list.current.length,
        slideAt: (index) => (list.current[index] ? slideOf(list.current[index]) : {}),
        failureText: text.lightbox.cannotShow,
      })
      const observer = new ResizeObserver(() => opened.updateSize(true))
      observer.observe(stage.current)
      const readZoom = () => setZoomed(isLargerThanStage(opened))
      opened.on('zoomPanUpdate', readZoom)
      opened.on('change', () => {
        readZoom()
        move(opened.currIndex)
      })
      controller.signal.addEventListener('abort', () => {
        observer.disconnect()
        opened.destroy()
      })
      viewer.current = opened
      setOpen(true)
    }
    loadPhotoSwipe().then(open, () => {
      if (!controller.signal.aborted) fail()
    })
    return () => {
      controller.abort()
      viewer.current = undefined
    }
  }, [generation, stage])

  // the page has moved by itself, such as by Back
  useEffect(() => {
    if (viewer.current && viewer.current.currIndex !== at) viewer.current.goTo(at)
  }, [at])

  return {
    isZoomed,
    isOpen,
    step: (by) => viewer.current?.goTo(Math.min(photos.length - 1, Math.max(0, at + by))),
    goTo: (index) => viewer.current?.goTo(index),
    zoom(to) {
      const { currSlide: slide, options } = viewer.current ?? {}
      if (!slide) return
      const { initial, max } = slide.zoomLevels
      const level = to === 'fit' ? initial : slide.currZoomLevel * (to === 'in' ? 1.6 : 1 / 1.6)
      slide.zoomTo(Math.min(max, Math.max(initial, level)), undefined, options?.zoomAnimationDuration || 0)
    },
  }
}

/** Whether the links of a photo, with which its picture could not be loaded, have ended. */
function hasEnded(photo: Photo): boolean {
  const end = endOfLinks(photo)
  return end !== undefined && end.getTime() <= Date.now()
}

function isLargerThanStage({ currSlide }: PhotoSwipe): boolean {
  return currSlide !== undefined && currSlide.currZoomLevel > currSlide.zoomLevels.initial * 1.01
}
