import type { GridLayout } from './lay-out-grid.ts'

/**
 * The photo that takes the place of one that is gone: the next one that is left, or else the nearest one before it.
 *
 * @param before a layout that has the photo
 * @param after the layout without it
 * @returns `undefined` if no photo of the first layout is left, or if it did not have the one that is gone
 */
export function neighbourOf(goneId: string, before: GridLayout, after: GridLayout): string | undefined {
  const left = new Set(idsOf(after))
  const ids = [...idsOf(before)]
  const at = ids.indexOf(goneId)
  if (at < 0) return undefined
  const isLeft = (id: string) => left.has(id)
  return ids.slice(at + 1).find(isLeft) ?? ids.slice(0, at).findLast(isLeft)
}

function* idsOf({ sections }: GridLayout): Generator<string> {
  for (const { rows } of sections) for (const { items } of rows) for (const { id } of items) yield id
}
