import type { Photo } from '@tintype/client'
import { memo } from 'react'
import type { PlacedRow } from './lay-out-grid.ts'
import { boxRatio, gapPx } from './row-height.ts'
import { PhotoTile } from './tile/photo-tile.tsx'

interface GridRowProps {
  readonly row: PlacedRow
  /** Its place in its month, from 0. */
  readonly index: number
  /** Whether it is in view when the page is opened. */
  readonly isUrgent: boolean
  /** The photo that the tab key moves the focus to; `undefined` if it is in another row. */
  readonly activeId: string | undefined
  readonly timeOf: (photo: Photo) => string
  readonly selectedIds: ReadonlySet<string>
  readonly onSelect: (photo: Photo, isRange: boolean) => void
  readonly onOpen: (photo: Photo) => void
  readonly onFocus: (photo: Photo) => void
}

/** A row of photos. It is drawn again only if something of it has changed, because each step of a scroll draws the grid. */
export const GridRow = memo(function GridRow(props: GridRowProps) {
  const { row, index, isUrgent, activeId, selectedIds, ...handlers } = props
  return (
    // biome-ignore lint/a11y/useSemanticElements: a table would lay the photos out
    // biome-ignore lint/a11y/useFocusableInteractive: the links in it have the focus
    <div
      role="row"
      aria-rowindex={index + 1}
      style={{ transform: `translateY(${row.topPx}px)`, height: `${row.heightPx}px` }}
    >
      {placeItems(row).map(([photo, startPx]) => (
        <PhotoTile
          key={photo.id}
          photo={photo}
          startPx={startPx}
          widthPx={boxRatio(photo) * row.heightPx}
          heightPx={row.heightPx}
          isTabStop={photo.id === activeId}
          isUrgent={isUrgent}
          isSelected={selectedIds.has(photo.id)}
          isSelecting={selectedIds.size > 0}
          {...handlers}
        />
      ))}
    </div>
  )
})

/** The photos of a row, with their distances from its start in CSS pixels. */
function placeItems({ items, heightPx }: PlacedRow): readonly (readonly [Photo, number])[] {
  let startPx = 0
  return items.map((photo) => {
    const placed = [photo, startPx] as const
    startPx += boxRatio(photo) * heightPx + gapPx
    return placed
  })
}
