import type { Photo } from '@tintype/client'
import { expect, test } from 'vitest'
import { layOutGrid } from './lay-out-grid.ts'
import { neighbourOf } from './neighbour-of.ts'

const layOut = (ids: string) =>
  layOutGrid(
    [...ids].map((id) => ({ id, width: 3, height: 2, createdAt: '2026-11-15T12:00:00Z' }) as Photo),
    { widthPx: 400, targetPx: 100, gapPx: 4 },
    undefined,
  )

test.each([
  ['c', 'abcdef', 'abdef', 'd'],
  ['c', 'abcdef', 'xabef', 'e'],
  ['f', 'abcdef', 'abcde', 'e'],
  ['c', 'abcdef', 'ab', 'b'],
  ['c', 'abcdef', 'xyz', undefined],
  ['z', 'abcdef', 'abc', undefined],
])('the neighbour of %s of %s in %s is %s', (goneId, before, after, expected) => {
  expect(neighbourOf(goneId, layOut(before), layOut(after))).toBe(expected)
})
