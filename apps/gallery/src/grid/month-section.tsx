import type { Photo } from '@tintype/client'
import { type KeyboardEventHandler, useId } from 'react'
import { text } from '../strings.ts'
import { GridRow } from './grid-row.tsx'
import { formatMonth, type PlacedRow, type Section } from './lay-out-grid.ts'

interface MonthSectionProps {
  readonly section: Section
  /** Those of its rows that are in the page. */
  readonly rows: readonly PlacedRow[]
  readonly isFirst: boolean
  readonly activeId: string | undefined
  /** The row that has this photo. */
  readonly activeRow: PlacedRow | undefined
  /** What decides the month and the day of a photo. */
  readonly timeOf: (photo: Photo) => string
  readonly selectedIds: ReadonlySet<string>
  readonly onSelect: (photo: Photo, isRange: boolean) => void
  readonly onSelectAll: (photos: readonly Photo[]) => void
  readonly onOpen: (photo: Photo) => void
  readonly onFocus: (photo: Photo) => void
  readonly onKeyDown: KeyboardEventHandler<HTMLElement>
}

/** The photos of one month, below its name. */
export function MonthSection({
  section,
  rows,
  isFirst,
  activeId,
  activeRow,
  ...handlers
}: MonthSectionProps) {
  const { timeOf, onOpen, onFocus, onKeyDown, onSelect, onSelectAll, selectedIds } = handlers
  const month = formatMonth(section.key)
  const title = useId()
  return (
    <section
      className="month"
      style={{ transform: `translateY(${section.topPx}px)`, height: `${section.heightPx}px` }}
    >
      <header className="month-head">
        <h2 id={title}>{month}</h2>
        <button
          type="button"
          className="month-check"
          // the grid is one tab stop, in which Shift and Space select a range
          tabIndex={-1}
          aria-label={text.selection.selectMonth(month)}
          onClick={() => onSelectAll(section.rows.flatMap(({ items }) => items))}
        >
          {text.selection.selectAll}
        </button>
      </header>
      {/* biome-ignore lint/a11y/useSemanticElements: a table would lay the photos out */}
      <div role="grid" aria-labelledby={title} aria-rowcount={section.rows.length} onKeyDown={onKeyDown}>
        {rows.map((row) => {
          const index = section.rows.indexOf(row)
          return (
            <GridRow
              key={row.items[0]?.id}
              row={row}
              index={index}
              isUrgent={isFirst && index < 2}
              activeId={row === activeRow ? activeId : undefined}
              timeOf={timeOf}
              selectedIds={selectedIds}
              onSelect={onSelect}
              onOpen={onOpen}
              onFocus={onFocus}
            />
          )
        })}
      </div>
    </section>
  )
}
