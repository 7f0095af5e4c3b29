import type { Photo } from '@tintype/client'
import { expect, test } from 'vitest'
import { firstInView, followPlace } from './follow-place.ts'
import { layOutGrid } from './lay-out-grid.ts'

const photos = Array.from(
  { length: 20 },
  (_, at) => ({ id: `${at}`, width: 3, height: 2, createdAt: '2026-11-15T12:00:00Z' }) as unknown as Photo,
)
// five photos of 3:2 fill a row of 100 px, below a heading of 44 px
const metrics = { widthPx: 766, targetPx: 100, gapPx: 4 }
const layOut = (shown: readonly Photo[]) => layOutGrid(shown, metrics, undefined)
const whole = layOut(photos)

test('the first photo in view is in the first row that the header does not cover', () => {
  // the row of photo 5 is from 48 to 148 px
  expect(firstInView(whole, { gridTopPx: -100, viewTopPx: 56 })).toEqual({ id: '5', offset: 48 })
  expect(firstInView(whole, { gridTopPx: -300, viewTopPx: 56 })?.id).toBe('15')
  expect(firstInView(whole, { gridTopPx: -900, viewTopPx: 56 })).toBeUndefined()
})

test('a place is followed to another layout, or that of the next photo if its own is deleted', () => {
  const place = { id: '10', offset: 60 }
  expect(followPlace(place, whole, layOut(photos.slice(5)))).toEqual({ place, rowTopPx: 148 })
  expect(followPlace(place, whole, layOut(photos.toSpliced(10, 5)))).toEqual({
    place: { id: '15', offset: 164 },
    rowTopPx: 252,
  })
  expect(followPlace(place, whole, layOut(photos.slice(0, 10)))).toBeUndefined()
  expect(followPlace(place, undefined, layOut(photos.slice(0, 10)))).toBeUndefined()
})
