import { type CatalogRows, keyOf, type MovedTable, movedTable, movedTables, type Row } from '@tintype/catalog'
import { copyRows, removeRows } from './copy-rows.ts'
import type { Move } from './move.ts'

const pageSize = 200

/** All rows of a table, in the order of their keys, a page at a time. */
export async function* readPages(rows: CatalogRows, table: MovedTable): AsyncGenerator<readonly Row[]> {
  for (let last: Row | undefined; ; ) {
    const page = await rows.readPage(table, { after: last && keyOf(table, last), limit: pageSize })
    if (page.length === 0) return
    yield page
    last = page.at(-1)
  }
}

/**
 * Copies every row that the target does not have as it is, and removes those that the source does not have. Called again, it
 * compares all rows.
 *
 * @param onPage called after each page of photos with its number of rows; rejects if another run is in charge
 */
export async function copyTables(move: Move, onPage: (photos: number) => Promise<void>): Promise<void> {
  const { source, target } = move
  const lastPhoto = await source.readLastNumber(movedTable('photos'))
  for (const table of movedTables) {
    const last = table.isNumbered ? await source.readLastNumber(table) : lastPhoto
    for await (const page of readPages(source, table)) {
      // Later rows are noted. Without an end, a busy server would add pages for ever.
      const rows = page.filter(({ seq }) => seq === undefined || Number(seq) <= last)
      await copyRows(table, rows, move)
      await onPage(table.name === 'photos' ? rows.length : 0)
      if (table.key[0] === 'seq' && rows.length < page.length) break
    }
  }
  for (const table of movedTables.toReversed())
    for await (const page of readPages(target, table)) {
      const keys = page.map((row) => keyOf(table, row))
      const textOf = (row: Row) => JSON.stringify(keyOf(table, row))
      const kept = new Set((await source.readRows(table, keys)).map(textOf))
      const extra = page.filter((row) => !kept.has(textOf(row))).map((row) => keyOf(table, row))
      if (extra.length > 0) await removeRows(table, extra, move)
      await onPage(0)
    }
}

/** Copies what was noted, oldest first, at most a thousand changes. @returns how many there were */
export async function copyChanges(move: Move): Promise<number> {
  const { source } = move
  const changes = await source.readChanges(1000)
  if (changes.length === 0) return 0
  const current = new Map<MovedTable, readonly Row[]>()
  for (const table of movedTables.toReversed()) {
    const keys = new Map(
      changes.filter((change) => change.table === table.name).map(({ key }) => [JSON.stringify(key), key]),
    )
    if (keys.size === 0) continue
    const rows = await source.readRows(table, [...keys.values()])
    for (const row of rows) keys.delete(JSON.stringify(keyOf(table, row)))
    if (keys.size > 0) await removeRows(table, [...keys.values()], move)
    current.set(table, rows)
  }
  for (const table of movedTables) await copyRows(table, current.get(table) ?? [], move)
  await source.forgetChanges(changes)
  return changes.length
}
