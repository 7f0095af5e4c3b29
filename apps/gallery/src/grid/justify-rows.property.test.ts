import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type GridMetrics, justifyRows, type Row } from './justify-rows.ts'
import { keepRows } from './keep-rows.ts'

interface Item {
  readonly ratio: number
}
const ratioOf = ({ ratio }: Item) => ratio
const items = (options?: fc.ArrayConstraints) =>
  fc.array(
    fc.double({ min: 0.5, max: 3, noNaN: true }).map((ratio) => ({ ratio })),
    options,
  )
const metrics = fc.constantFrom<GridMetrics>(
  { widthPx: 312, targetPx: 104, gapPx: 4 },
  { widthPx: 736, targetPx: 144, gapPx: 4 },
  { widthPx: 3808, targetPx: 248, gapPx: 4 },
)
const widthOf = ({ items, heightPx }: Row<Item>, { gapPx }: GridMetrics) =>
  items.reduce((sum, { ratio }) => sum + ratio * heightPx, gapPx * (items.length - 1))

test('every photo is in one row, in order, and every row but an unfinished last one fills the width', () => {
  fc.assert(
    fc.property(items(), metrics, (list, grid) => {
      const rows = justifyRows(list, grid, ratioOf)
      expect(rows.flatMap((row) => row.items)).toEqual(list)
      expect(rows.slice(0, -1).every((row) => row.isFull)).toBe(true)
      for (const row of rows) {
        if (row.isFull) expect(widthOf(row, grid)).toBeCloseTo(grid.widthPx, 6)
        else expect([row.heightPx, widthOf(row, grid) < grid.widthPx]).toEqual([grid.targetPx, true])
      }
    }),
  )
})

test('photos that are added behind leave full rows as they are', () => {
  fc.assert(
    fc.property(items(), items(), metrics, (list, more, grid) => {
      const shown = justifyRows(list, grid, ratioOf)
      const full = shown.filter((row) => row.isFull)
      expect(keepRows([...list, ...more], grid, ratioOf, shown).slice(0, full.length)).toEqual(full)
    }),
  )
})

test('an insertion or a deletion loses no photo', () => {
  fc.assert(
    fc.property(items({ minLength: 1 }), fc.nat(), metrics, (list, at, grid) => {
      const shown = justifyRows(list, grid, ratioOf)
      const index = at % list.length
      const inserted = list.toSpliced(index, 0, { ratio: 1.5 })
      const withOneMore = keepRows(inserted, grid, ratioOf, shown)
      expect(withOneMore.flatMap((row) => row.items)).toEqual(inserted)
      const withOneLess = keepRows(list, grid, ratioOf, withOneMore)
      expect(withOneLess.flatMap((row) => row.items)).toEqual(list)
    }),
  )
})
