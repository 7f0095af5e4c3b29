import { type GridMetrics, justifyRows, type Row } from './justify-rows.ts'

/**
 * Breaks photos into rows, and keeps the rows that are shown already: photos that are added behind the last full row, or
 * inserted or deleted, move others only until a row can begin as it did before.
 *
 * @param shown the rows of the same width and target height; none at first
 */
export function keepRows<Item>(
  items: readonly Item[],
  metrics: GridMetrics,
  ratioOf: (item: Item) => number,
  shown: readonly Row<Item>[],
): readonly Row<Item>[] {
  const rowsByStart = new Map(shown.filter((row) => row.isFull).map((row) => [row.items[0], row]))
  const keptAt = (index: number): Row<Item> | undefined => {
    const row = rowsByStart.get(items[index] as Item)
    return row?.items.every((item, offset) => items[index + offset] === item) ? row : undefined
  }
  const rows: Row<Item>[] = []
  for (let index = 0; index < items.length; ) {
    const kept = keptAt(index)
    const from = index
    const added = kept
      ? [kept]
      : justifyRows(items.slice(from), metrics, ratioOf, (end) => keptAt(from + end) !== undefined)
    for (const row of added) {
      rows.push(row)
      index += row.items.length
    }
  }
  return rows
}
