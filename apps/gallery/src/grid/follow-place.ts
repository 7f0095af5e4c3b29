import type { GridLayout, PlacedRow } from './lay-out-grid.ts'
import type { Place } from './place.ts'

/**
 * The first photo in view.
 *
 * @param gridTopPx distance of the grid from the top of the window, negative once it is scrolled
 * @param viewTopPx distance from the top of the window to what is in view, below the header
 */
export function firstInView(
  layout: GridLayout,
  { gridTopPx, viewTopPx }: { readonly gridTopPx: number; readonly viewTopPx: number },
): Place | undefined {
  for (const section of layout.sections) {
    const sectionTopPx = gridTopPx + section.topPx
    if (sectionTopPx + section.heightPx <= viewTopPx) continue
    const row = section.rows.find((one) => sectionTopPx + one.topPx + one.heightPx > viewTopPx)
    if (row?.items[0]) return { id: row.items[0].id, offset: sectionTopPx + row.topPx }
  }
  return undefined
}

/**
 * Finds a place in another layout.
 *
 * @returns the place, or that of the next photo if its own is gone, and the distance of its row from the top of the new grid
 */
export function followPlace(
  place: Place,
  before: GridLayout | undefined,
  after: GridLayout,
): { readonly place: Place; readonly rowTopPx: number } | undefined {
  const rowTopPx = rowTopOf(after, place.id)
  if (rowTopPx !== undefined) return { place, rowTopPx }
  let fromPx: number | undefined
  for (const [row, topPx] of before ? rowsOf(before) : []) {
    if (fromPx === undefined && hasPhoto(row, place.id)) fromPx = topPx
    if (fromPx === undefined) continue
    for (const { id } of row.items) {
      const nextTopPx = rowTopOf(after, id)
      if (nextTopPx !== undefined)
        return { place: { id, offset: place.offset + topPx - fromPx }, rowTopPx: nextTopPx }
    }
  }
  return undefined
}

function rowTopOf(layout: GridLayout, id: string): number | undefined {
  for (const [row, topPx] of rowsOf(layout)) if (hasPhoto(row, id)) return topPx
  return undefined
}

const hasPhoto = ({ items }: PlacedRow, id: string) => items.some((one) => one.id === id)

/** Every row, with its distance from the top of the grid. */
function* rowsOf({ sections }: GridLayout): Generator<readonly [PlacedRow, number]> {
  for (const section of sections) for (const row of section.rows) yield [row, section.topPx + row.topPx]
}
