import type { Photo } from '@tintype/client'
import type { GridLayout } from './lay-out-grid.ts'
import type { VisibleRange } from './use-visible-range.ts'

/** The first and the last photo of a layout that are in a range; `undefined` if there is none. */
export function photosInView(
  { sections }: GridLayout,
  { topPx, bottomPx }: VisibleRange,
): readonly [first: Photo, last: Photo] | undefined {
  let first: Photo | undefined
  let last: Photo | undefined
  for (const section of sections) {
    if (section.topPx + section.heightPx <= topPx) continue
    for (const row of section.rows) {
      const rowTopPx = section.topPx + row.topPx
      if (rowTopPx >= bottomPx) break
      if (rowTopPx + row.heightPx <= topPx) continue
      first ??= row.items[0]
      last = row.items.at(-1)
    }
  }
  return first && last && [first, last]
}
