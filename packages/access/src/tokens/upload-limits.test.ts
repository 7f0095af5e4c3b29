import { expect, test } from 'vitest'
import { narrowestBounds } from './upload-limits.ts'

test('the narrowest of all bounds count, and none widens another', () => {
  expect(
    narrowestBounds(
      { maxByteSize: 10, maxPixels: 100, formats: ['jpeg', 'png', 'webp'] },
      { maxByteSize: 20, formats: ['webp', 'jpeg', 'gif'] },
      { maxPixels: 50 },
    ),
  ).toEqual({ maxByteSize: 10, maxPixels: 50, formats: ['jpeg', 'webp'] })
  expect(narrowestBounds({ formats: ['png'] }, { formats: ['gif'] }).formats).toEqual([])
  expect(narrowestBounds({}, {})).toEqual({
    maxByteSize: undefined,
    maxPixels: undefined,
    formats: undefined,
  })
})
