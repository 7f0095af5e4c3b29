import type { Photo } from '@tintype/client'
import { type Ref, useEffect, useEffectEvent, useImperativeHandle, useRef } from 'react'
import type { Selection } from '../selection/use-selection.ts'
import { text } from '../strings.ts'
import { useLatest } from '../use-latest.ts'
import type { GridLayout, PlacedRow, Section } from './lay-out-grid.ts'
import { MonthSection } from './month-section.tsx'
import { useGridFocus } from './use-grid-focus.ts'
import { useGridLayout } from './use-grid-layout.ts'
import { useGridMetrics } from './use-grid-metrics.ts'
import { useVisibleRange, type VisibleRange } from './use-visible-range.ts'

/** What the page can do with the grid. */
export interface GridHandle {
  /** Moves the focus to a photo, and scrolls there if it is out of view. */
  focus(photo: Pick<Photo, 'id'>): void
}

interface PhotoGridProps {
  readonly photos: readonly Photo[]
  readonly isLoading: boolean
  readonly hasMore: boolean
  /** Why the last page could not be loaded. */
  readonly failure: string | undefined
  readonly loadMore: () => Promise<void>
  /** What decides the month of a photo. The same function for the same order. */
  readonly timeOf: (photo: Photo) => string
  readonly selection: Selection
  readonly onOpen: (photo: Photo) => void
  /** Called when the pointer is over a photo, which may be opened next. */
  readonly onPoint: () => void
  readonly handle: Ref<GridHandle>
}

/** How many screens of photos are loaded below the window. */
const screensAhead = 3

/** The photos, newest first, in rows of one width. Only those near the window are in the page. */
export function PhotoGrid(props: PhotoGridProps) {
  const { photos, isLoading, hasMore, failure, loadMore, onOpen, onPoint, handle } = props
  const { selection, timeOf } = props
  const select = useLatest(selection.toggle)
  const open = useLatest(onOpen)
  const element = useRef<HTMLDivElement>(null)
  const metrics = useGridMetrics(element)
  const layout = useGridLayout(photos, metrics, element, timeOf)
  const range = useVisibleRange(element)
  const { activeId, focus, onFocus, onKeyDown } = useGridFocus(layout)
  useImperativeHandle(handle, () => ({ focus }))

  const isNearEnd =
    layout !== undefined && layout.heightPx < range.bottomPx + screensAhead * window.innerHeight
  const shouldLoad = isNearEnd && hasMore && !isLoading && failure === undefined
  const load = useEffectEvent(() => void loadMore())
  useEffect(() => {
    if (shouldLoad) load()
  }, [shouldLoad])

  return (
    <section aria-label={text.grid.label} aria-busy={isLoading} onPointerOver={onPoint}>
      <div
        ref={element}
        className={selection.ids.size > 0 ? 'grid is-selecting' : 'grid'}
        style={{ height: `${layout?.heightPx ?? 0}px` }}
      >
        {layout &&
          sectionsIn(layout, range, activeId).map(([section, rows]) => (
            <MonthSection
              key={section.key}
              section={section}
              rows={rows}
              isFirst={section === layout.sections[0]}
              activeId={activeId}
              selectedIds={selection.ids}
              onSelect={select}
              onSelectAll={selection.toggleAll}
              onOpen={open}
              onFocus={onFocus}
              onKeyDown={onKeyDown}
            />
          ))}
      </div>
      {failure !== undefined && (
        <p className="failure" role="alert">
          {failure}
        </p>
      )}
      {hasMore && (photos.length > 0 || failure !== undefined) && (
        <button
          type="button"
          className={failure === undefined ? 'load-more is-quiet' : 'load-more'}
          aria-disabled={isLoading}
          onClick={() => void loadMore()}
        >
          {failure === undefined ? text.grid.more : text.grid.retry}
        </button>
      )}
    </section>
  )
}

/** The months and rows that are in a range, and the row that has the focus. */
function sectionsIn(
  { sections }: GridLayout,
  { topPx, bottomPx }: VisibleRange,
  activeId: string | undefined,
): [Section, PlacedRow[]][] {
  return sections
    .map((section): [Section, PlacedRow[]] => [
      section,
      section.rows.filter((row) => {
        const rowTopPx = section.topPx + row.topPx
        const isInRange = rowTopPx < bottomPx && rowTopPx + row.heightPx > topPx
        return isInRange || row.items.some(({ id }) => id === activeId)
      }),
    ])
    .filter(([, rows]) => rows.length > 0)
}
