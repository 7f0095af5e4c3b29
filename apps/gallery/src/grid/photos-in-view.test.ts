import type { Photo } from '@tintype/client'
import { expect, test } from 'vitest'
import { layOutGrid } from './lay-out-grid.ts'
import { photosInView } from './photos-in-view.ts'

/** Ten photos of November, then ten of October. */
const photos = Array.from(
  { length: 20 },
  (_, at) =>
    ({
      id: `${at}`,
      width: 3,
      height: 2,
      createdAt: `2026-${at < 10 ? 11 : 10}-15T12:00:00Z`,
    }) as unknown as Photo,
)
// five photos of 3:2 fill a row of 100 px, below a heading of 44 px
const layout = layOutGrid(photos, { widthPx: 766, targetPx: 100, gapPx: 4 }, undefined)

test('the photos in view begin and end with rows that are at least partly in it', () => {
  const ids = (topPx: number, bottomPx: number) =>
    photosInView(layout, { topPx, bottomPx })?.map(({ id }) => id)
  expect(ids(0, 100)).toEqual(['0', '4'])
  expect(ids(143, 149)).toEqual(['0', '9'])
  expect(ids(144, 148)).toBeUndefined()
  // the heading of October is from 252 to 296 px
  expect(ids(200, 300)).toEqual(['5', '14'])
  expect(ids(0, 9000)).toEqual(['0', '19'])
  expect(ids(600, 9000)).toBeUndefined()
})
