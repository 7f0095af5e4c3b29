import type { Photo } from '@tintype/client'
import { type RefObject, useLayoutEffect, useMemo, useRef } from 'react'
import type { GridMetrics } from './justify-rows.ts'
import { type GridLayout, layOutGrid, type PlacedRow } from './lay-out-grid.ts'

/**
 * The layout of photos. A change of the photos or of the width does not move the first photo in view, unless the page is
 * scrolled to its top.
 */
export function useGridLayout(
  photos: readonly Photo[],
  metrics: GridMetrics | undefined,
  element: RefObject<HTMLElement | null>,
  timeOf: (photo: Photo) => string,
): GridLayout | undefined {
  const shown = useRef<GridLayout>(undefined)
  const layout = useMemo(
    () => (metrics ? layOutGrid(photos, metrics, shown.current, timeOf) : undefined),
    [photos, metrics, timeOf],
  )
  useLayoutEffect(() => {
    const before = shown.current
    shown.current = layout
    const topPx = element.current?.getBoundingClientRect().top ?? 0
    if (before && layout && topPx < 0)
      window.scrollBy({ top: movedPx(before, layout, -topPx), behavior: 'instant' })
  }, [layout, element])
  return layout
}

/** How far the first photo in view moves from one layout to the next; 0 if it is no longer there. */
function movedPx(before: GridLayout, after: GridLayout, scrolledPx: number): number {
  for (const [row, topPx] of rowsOf(before)) {
    if (topPx + row.heightPx <= scrolledPx) continue
    const id = row.items[0]?.id
    for (const [other, otherTopPx] of rowsOf(after))
      if (other.items.some((one) => one.id === id)) return otherTopPx - topPx
    return 0
  }
  return 0
}

/** Every row, with its distance from the top of the grid. */
function* rowsOf({ sections }: GridLayout): Generator<[PlacedRow, number]> {
  for (const section of sections) for (const row of section.rows) yield [row, section.topPx + row.topPx]
}
