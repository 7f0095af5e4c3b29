import { expect, test } from 'vitest'
import { justifyRows } from './justify-rows.ts'
import { keepRows } from './keep-rows.ts'

const grid = { widthPx: 1248, targetPx: 168, gapPx: 4 }
const photos = Array.from({ length: 10_000 }, (_, index) => ({ ratio: 0.6 + ((index * 7) % 13) / 8 }))
const ratioOf = ({ ratio }: { ratio: number }) => ratio

test('rows of 10 000 photos are close to the target height', () => {
  const rows = justifyRows(photos, grid, ratioOf)
  const close = rows.filter(({ heightPx }) => heightPx > 168 * 0.85 && heightPx < 168 * 1.2)
  expect(close.length / rows.length).toBeGreaterThan(0.9)
})

test('one more photo in front moves only the first rows', () => {
  const shown = justifyRows(photos, grid, ratioOf)
  const rows = keepRows([{ ratio: 1.5 }, ...photos], grid, ratioOf, shown)
  const kept = rows.filter((row) => shown.includes(row))
  expect(shown.length - kept.length).toBeLessThan(10)
})
