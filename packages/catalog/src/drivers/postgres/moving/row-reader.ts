import type { CatalogSnapshot } from '../../../moving/catalog-rows.ts'
import { type MovedTable, movedTables } from '../../../moving/moved-tables.ts'
import type { Session } from '../database.ts'
import { readLastNumber, readMove } from './move-record.ts'
import { rowSql } from './row-sql.ts'

const sqlOf = new Map(movedTables.map((table) => [table.name, rowSql(table)]))

/** SQL of the statements that copy a table's rows. */
export function sqlFor({ name }: MovedTable): ReturnType<typeof rowSql> {
  return sqlOf.get(name) ?? rowSql({ name, columns: {}, key: [] })
}

/** Reads rows by their keys. @param run runs work in the session that it is to read in */
export function createRowReader(
  run: <Result>(work: (session: Session) => Promise<Result>) => Promise<Result>,
): CatalogSnapshot {
  return {
    readMove: () => run(readMove),
    readPage: (table, { after, limit }) =>
      run((session) =>
        after === undefined
          ? session.query(sqlFor(table).firstPage, { limit })
          : session.query(sqlFor(table).nextPage, {
              limit,
              ...Object.fromEntries(after.map((value, at) => [`after${at}`, value])),
            }),
      ),
    async countRows(table) {
      const [row] = await run((session) => session.query<{ count: number }>(sqlFor(table).count))
      return row?.count ?? 0
    },
    readLastNumber: (table) => run((session) => readLastNumber(session, table)),
  }
}
