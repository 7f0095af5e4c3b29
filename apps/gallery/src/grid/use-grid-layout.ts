import type { Photo } from '@tintype/client'
import { type RefObject, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { firstInView, followPlace } from './follow-place.ts'
import type { GridMetrics } from './justify-rows.ts'
import { type GridLayout, layOutGrid } from './lay-out-grid.ts'
import { photosInView } from './photos-in-view.ts'
import { type Place, readPlace } from './place.ts'
import { useKeptPlace } from './use-kept-place.ts'
import type { VisibleRange } from './use-visible-range.ts'

interface GridLayoutOptions {
  readonly photos: readonly Photo[]
  readonly metrics: GridMetrics | undefined
  readonly element: RefObject<HTMLElement | null>
  readonly timeOf: (photo: Photo) => string
  /** Whether there are photos before the first one. */
  readonly hasNewer: boolean
  readonly range: VisibleRange
  /** Called after the page was scrolled, before it is drawn. */
  readonly onMove: () => void
}

interface Held {
  /** `undefined`: the top of the page. */
  readonly place: Place | undefined
  readonly scrolledPx: number
}

/** The layout, and how the page is scrolled in it. */
interface Moved {
  readonly layout: GridLayout | undefined
  readonly place: Place | undefined
  readonly scrolledPx: number
  /** How far the page has to be scrolled, so that the first photo in view does not move. */
  readonly movedPx: number
  /** The range that was in view when the layout was made. */
  readonly range: VisibleRange
}

/**
 * The layout of photos. A change of the photos or of the width does not move the first photo in view, unless the page is
 * scrolled to its top. After a reload the photo that was in view has the same place.
 */
export function useGridLayout(options: GridLayoutOptions) {
  const { photos, metrics, element, timeOf, hasNewer, range, onMove } = options
  const shown = useRef<GridLayout>(undefined)
  const hadNewer = useRef(false)
  const [start] = useState(readPlace)
  /** The place that is held until the person scrolls, and how far the page is scrolled until then. */
  const held = useRef<Held | undefined>({ place: start, scrolledPx: 0 })

  function placeNow(): Place | undefined {
    if (held.current?.scrolledPx === window.scrollY) return held.current.place
    const gridTopPx = element.current?.getBoundingClientRect().top ?? 0
    if (!shown.current || (gridTopPx >= 0 && !hadNewer.current)) return undefined
    return firstInView(shown.current, { gridTopPx, viewTopPx: gridTopPx + window.scrollY })
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: the range is that of the moment in which the layout changes
  const moved = useMemo((): Moved => {
    const before = shown.current
    const layout = metrics && layOutGrid(photos, metrics, before, timeOf)
    const place = placeNow()
    const found = place && layout && followPlace(place, before, layout)
    const gridTopPx = element.current?.getBoundingClientRect().top ?? 0
    const movedPx = found ? gridTopPx + found.rowTopPx - found.place.offset : 0
    const kept = found ? found.place : photos.length === 0 ? place : undefined
    return { layout, place: kept, scrolledPx: window.scrollY, movedPx, range }
  }, [photos, metrics, timeOf])
  useLayoutEffect(() => {
    const { layout, place, movedPx } = moved
    if (!layout) return
    shown.current = layout
    let { scrolledPx } = moved
    // to read where the page is scrolled to would lay it out here
    if (Math.abs(movedPx) >= 0.5) {
      window.scrollTo({ top: scrolledPx + movedPx, behavior: 'instant' })
      scrolledPx = window.scrollY
      onMove()
    }
    held.current = place || scrolledPx === 0 ? { place, scrolledPx } : undefined
  }, [moved, onMove])
  useLayoutEffect(() => {
    hadNewer.current = hasNewer
  })
  useKeptPlace(placeNow, moved.layout)

  return {
    layout: moved.layout,
    /** The part of the grid that is in view, also if the page is only about to be scrolled. */
    range: range === moved.range ? shift(range, moved.movedPx) : range,
    /** The first and the last photo in view; `undefined` if the page was not scrolled since the layout placed it. */
    viewNow(): readonly [first: Photo, last: Photo] | undefined {
      if (!shown.current || !element.current || held.current?.scrolledPx === window.scrollY) return undefined
      const bottomPx = window.innerHeight - element.current.getBoundingClientRect().top
      return photosInView(shown.current, { topPx: window.scrollY, bottomPx })
    },
    /** Scrolls to the top, and stays there when photos are added. */
    scrollToTop() {
      window.scrollTo({ top: 0, behavior: 'instant' })
      held.current = { place: undefined, scrolledPx: 0 }
    },
  }
}

const shift = ({ topPx, bottomPx }: VisibleRange, byPx: number): VisibleRange => ({
  topPx: topPx + byPx,
  bottomPx: bottomPx + byPx,
})
