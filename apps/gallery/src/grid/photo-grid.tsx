import type { Photo } from '@tintype/client'
import { type Ref, useEffect, useEffectEvent, useImperativeHandle, useLayoutEffect, useRef } from 'react'
import { formatDays } from '../format-time.ts'
import type { Selection } from '../selection/use-selection.ts'
import { text } from '../strings.ts'
import { useLatest } from '../use-latest.ts'
import { DayPill } from './day-pill.tsx'
import type { GridLayout, PlacedRow, Section } from './lay-out-grid.ts'
import { MonthSection } from './month-section.tsx'
import { photosInView } from './photos-in-view.ts'
import { followScrollPace } from './scroll-pace.ts'
import { useGridFocus } from './use-grid-focus.ts'
import { useGridLayout } from './use-grid-layout.ts'
import { useGridMetrics } from './use-grid-metrics.ts'
import { useVisibleRange, type VisibleRange } from './use-visible-range.ts'

/** What the page can do with the grid. */
export interface GridHandle {
  /** Moves the focus to a photo, and scrolls there if it is out of view. */
  focus(photo: Pick<Photo, 'id'>): void
  /** Scrolls to the top, where photos are about to be added. */
  scrollToTop(): void
  /** Moves the focus to the photo that had it last, and scrolls nowhere. */
  focusActive(): void
}

interface PhotoGridProps {
  readonly photos: readonly Photo[]
  readonly isLoading: boolean
  readonly hasMore: boolean
  /** Whether there are photos before the first one. */
  readonly hasNewer: boolean
  /** Why the last page could not be loaded. */
  readonly failure: string | undefined
  readonly loadMore: () => Promise<void>
  readonly loadNewer: () => Promise<void>
  /** Removes photos far from this one from the list; `undefined` if all of them are needed. */
  readonly keepNear: ((photo: Photo) => void) | undefined
  /** What decides the month and the day of a photo. The same function for the same order. */
  readonly timeOf: (photo: Photo) => string
  readonly selection: Selection
  readonly onOpen: (photo: Photo) => void
  /** Called when the pointer is over a photo, which may be opened next. */
  readonly onPoint: () => void
  readonly handle: Ref<GridHandle>
}

/** How many screens of photos are loaded above the window, and below what is drawn. */
const screensAhead = 3

/** Above this height, in CSS pixels, the farthest photos are removed: browsers limit how high a page can be. */
const maxHeightPx = 8_000_000

/** The photos, newest first, in rows of one width. Only those near the window are in the page. */
export function PhotoGrid(props: PhotoGridProps) {
  const { photos, isLoading, hasMore, hasNewer, failure, loadMore, loadNewer } = props
  const { keepNear, selection, timeOf, onOpen, onPoint, handle } = props
  const select = useLatest(selection.toggle)
  const open = useLatest(onOpen)
  const element = useRef<HTMLDivElement>(null)
  const metrics = useGridMetrics(element)
  const [measured, measure] = useVisibleRange(element)
  useEffect(followScrollPace, [])
  const { layout, range, scrollToTop, viewNow } = useGridLayout({
    photos,
    metrics,
    element,
    timeOf,
    hasNewer,
    range: measured,
    onMove: measure,
  })
  const { activeId, activeRow, focus, focusActive, onFocus, onKeyDown } = useGridFocus(layout)
  useImperativeHandle(handle, () => ({ focus, focusActive, scrollToTop }))
  const more = useRef<HTMLButtonElement>(null)
  const hadFocus = more.current !== null && more.current === document.activeElement
  useLayoutEffect(() => {
    // there is no more, and the button is gone with the focus
    if (hadFocus && !more.current) focusActive()
  })

  const lacking =
    layout && !isLoading && failure === undefined
      ? lackingEnd(layout, range, { above: hasNewer, below: hasMore })
      : undefined
  const shorten = useEffectEvent(() => {
    const [photo] = (layout && photosInView(layout, range)) ?? []
    if (photo) keepNear?.(photo)
  })
  const isTooHigh = layout !== undefined && layout.heightPx > maxHeightPx && keepNear !== undefined
  // biome-ignore lint/correctness/useExhaustiveDependencies: what could not be removed before can be removed after the next page
  useEffect(() => {
    if (isTooHigh) shorten()
  }, [isTooHigh, photos])
  const load = useEffectEvent((end: 'above' | 'below') => void (end === 'above' ? loadNewer() : loadMore()))
  // biome-ignore lint/correctness/useExhaustiveDependencies: a page can come before it was drawn that it was being loaded
  useEffect(() => {
    if (lacking) load(lacking)
  }, [lacking, photos])

  function daysNow(): string | undefined {
    const ends = viewNow()
    return ends && formatDays(timeOf(ends[0]), timeOf(ends[1]))
  }
  return (
    <section aria-label={text.grid.label} aria-busy={isLoading} onPointerOver={onPoint}>
      <div
        ref={element}
        className={selection.ids.size > 0 ? 'grid is-selecting' : 'grid'}
        style={{ height: `${layout?.heightPx ?? 0}px` }}
      >
        {layout &&
          sectionsIn(layout, range, activeRow).map(([section, rows]) => (
            <MonthSection
              key={section.key}
              section={section}
              rows={rows}
              isFirst={section === layout.sections[0]}
              activeId={activeId}
              activeRow={activeRow}
              timeOf={timeOf}
              selectedIds={selection.ids}
              onSelect={select}
              onSelectAll={selection.toggleAll}
              onOpen={open}
              onFocus={onFocus}
              onKeyDown={onKeyDown}
            />
          ))}
      </div>
      <DayPill daysNow={daysNow} />
      {failure !== undefined && (
        <p className="failure" role="alert">
          {failure}
        </p>
      )}
      {hasMore && (photos.length > 0 || failure !== undefined) && (
        <button
          ref={more}
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

/** The end of the grid that the window is near to and that has more photos; if that is both, the nearer one. */
function lackingEnd(
  { heightPx }: GridLayout,
  { topPx, bottomPx }: VisibleRange,
  has: { readonly above: boolean; readonly below: boolean },
): 'above' | 'below' | undefined {
  const aheadPx = screensAhead * window.innerHeight
  const abovePx = topPx + window.innerHeight
  const belowPx = heightPx - bottomPx
  const needsAbove = has.above && abovePx < aheadPx
  if (has.below && belowPx < aheadPx) return needsAbove && abovePx <= belowPx ? 'above' : 'below'
  return needsAbove ? 'above' : undefined
}

/** The months and rows that are in a range, and the row that has the focus. */
function sectionsIn(
  { sections }: GridLayout,
  { topPx, bottomPx }: VisibleRange,
  activeRow: PlacedRow | undefined,
): [Section, PlacedRow[]][] {
  return sections
    .map((section): [Section, PlacedRow[]] => [
      section,
      section.rows.filter((row) => {
        const rowTopPx = section.topPx + row.topPx
        const isInRange = rowTopPx < bottomPx && rowTopPx + row.heightPx > topPx
        return isInRange || row === activeRow
      }),
    ])
    .filter(([, rows]) => rows.length > 0)
}
