import type { Photo } from '@tintype/client'
import type { GridLayout, PlacedRow } from './lay-out-grid.ts'
import { boxRatio } from './row-height.ts'

/** A key as the grid understands it. */
export interface GridKey {
  readonly key: string
  readonly ctrlKey: boolean
}

/**
 * The photo that a key moves the focus to: arrows, Home and End in the row, with Ctrl in the whole grid, and PageUp and PageDown.
 *
 * @param from the photo that has the focus
 * @param screenPx height of the window
 * @param isRightToLeft whether the first photo of a row is at its right
 * @returns `undefined` if the key means nothing in a grid
 */
export function moveFocus(
  layout: GridLayout,
  from: string,
  { key, ctrlKey }: GridKey,
  { screenPx, isRightToLeft }: { readonly screenPx: number; readonly isRightToLeft: boolean },
): Photo | undefined {
  const rows = layout.sections.flatMap((section) => section.rows)
  const rowAt = rows.findIndex(({ items }) => items.some(({ id }) => id === from))
  const row = rows[rowAt]
  if (!row) return undefined
  const photos = rows.flatMap(({ items }) => items)
  const at = photos.findIndex(({ id }) => id === from)
  const inRow = (by: number) => nearest(rows[Math.min(rows.length - 1, Math.max(0, rowAt + by))], row, from)
  const rowsOfScreen = Math.max(
    1,
    Math.floor(screenPx / (layout.metrics.targetPx + layout.metrics.gapPx)) - 1,
  )
  switch (key) {
    case 'ArrowLeft':
      return photos[at + (isRightToLeft ? 1 : -1)]
    case 'ArrowRight':
      return photos[at + (isRightToLeft ? -1 : 1)]
    case 'ArrowUp':
      return inRow(-1)
    case 'ArrowDown':
      return inRow(1)
    case 'PageUp':
      return inRow(-rowsOfScreen)
    case 'PageDown':
      return inRow(rowsOfScreen)
    case 'Home':
      return ctrlKey ? photos[0] : row.items[0]
    case 'End':
      return ctrlKey ? photos.at(-1) : row.items.at(-1)
    default:
      return undefined
  }
}

/** The photo of a row whose middle is nearest to that of a photo in another row. */
function nearest(row: PlacedRow | undefined, ofRow: PlacedRow, id: string): Photo | undefined {
  if (!row) return undefined
  const middlePx = middlesOf(ofRow).find(([photo]) => photo.id === id)?.[1] ?? 0
  const byDistance = middlesOf(row).sort(([, a], [, b]) => Math.abs(a - middlePx) - Math.abs(b - middlePx))
  return byDistance[0]?.[0]
}

function middlesOf({ items, heightPx }: PlacedRow): [Photo, number][] {
  let startPx = 0
  return items.map((photo) => {
    const widthPx = boxRatio(photo) * heightPx
    startPx += widthPx
    return [photo, startPx - widthPx / 2]
  })
}
