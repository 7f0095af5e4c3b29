import type { DatabaseSync } from 'node:sqlite'
import type { Row, RowKey } from '../../../moving/catalog-rows.ts'
import { type MovedTable, movedTables } from '../../../moving/moved-tables.ts'
import { rowSql } from './row-sql.ts'

/** The synchronous reads and writes of one table's rows. */
export type PreparedTable = ReturnType<typeof prepareTable>

/** Prepares the statements of every table that is moved, by its name. */
export function prepareTables(database: DatabaseSync): ReadonlyMap<string, PreparedTable> {
  return new Map(movedTables.map((table) => [table.name, prepareTable(database, table)]))
}

function prepareTable(database: DatabaseSync, table: MovedTable) {
  const sql = rowSql(table)
  const columns = Object.keys(table.columns)
  const firstPage = database.prepare(sql.firstPage)
  const nextPage = database.prepare(sql.nextPage)
  const finding = database.prepare(sql.find)
  const writing = database.prepare(sql.write)
  const removing = database.prepare(sql.remove)
  const counting = database.prepare(sql.count)
  const afterWrite = table.name === 'photos' ? prepareTags(database) : () => undefined
  return {
    page: (limit: number, after?: RowKey) =>
      (after === undefined ? firstPage.all(limit) : nextPage.all(...after, limit)) as Row[],
    find: (key: RowKey) => finding.get(...key) as Row | undefined,
    write(row: Row): void {
      writing.run(...columns.map((column) => row[column] ?? null))
      afterWrite(row)
    },
    remove: (key: RowKey) => void removing.run(...key),
    count: () => Number(counting.get()?.count),
  }
}

/** Makes the rows of a photo's tags again. */
function prepareTags(database: DatabaseSync): (photo: Row) => void {
  const untagging = database.prepare('DELETE FROM photo_tags WHERE seq = ?')
  const tagging = database.prepare(
    `INSERT OR IGNORE INTO photo_tags (tag, seq, owner, taken_key)
       SELECT t.value, p.seq, p.owner, p.taken_key FROM photos AS p, json_each(p.tags) AS t WHERE p.seq = ?`,
  )
  return ({ seq = null }) => {
    untagging.run(seq)
    tagging.run(seq)
  }
}
