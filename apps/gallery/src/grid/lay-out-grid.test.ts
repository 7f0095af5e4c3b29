import type { Photo } from '@tintype/client'
import { expect, test } from 'vitest'
import { layOutGrid } from './lay-out-grid.ts'
import { boxRatio } from './row-height.ts'

test('B245 10 000 photos are laid out, whatever their sizes', () => {
  const sides = [0, 1, 60, 90, 30_000]
  const photos = Array.from(
    { length: 10_000 },
    (_, at) =>
      ({
        id: `${at}`,
        width: sides[at % 5],
        height: sides[Math.floor(at / 5) % 5],
        createdAt: new Date(1e12 - at * 1e6).toISOString(),
      }) as Photo,
  )
  const { sections, heightPx } = layOutGrid(photos, { widthPx: 1248, targetPx: 168, gapPx: 4 }, undefined)
  const rows = sections.flatMap((section) => section.rows)
  expect(rows.flatMap(({ items }) => items.map(({ id }) => id))).toEqual(photos.map(({ id }) => id))
  const widths = rows.map(
    ({ items, heightPx }) =>
      items.reduce((sum, photo) => sum + boxRatio(photo) * heightPx, 0) + 4 * (items.length - 1),
  )
  expect(widths.every((widthPx) => widthPx > 0 && widthPx < 1249)).toBe(true)
  expect(heightPx).toBeGreaterThan(rows.reduce((sum, row) => sum + row.heightPx, 0))
})
