import type { MoveRecord, NotedChange, RowKey } from '../../../moving/catalog-rows.ts'
import type { MovedTable, MovedTableName } from '../../../moving/moved-tables.ts'
import type { Session } from '../database.ts'

/** The library's row, with what only a move needs. */
export async function readMove(session: Session): Promise<MoveRecord> {
  const [row] = await session.query<MoveRecord>(
    `SELECT id, store_id AS "storeId", state, peer, runner, switch_wanted AS "isSwitchWanted" FROM tintype.library`,
  )
  if (row) return row
  throw new Error('The table "library" has lost its row')
}

/** Changes the given members of the library's row. */
export async function changeMove(session: Session, change: Partial<MoveRecord>): Promise<void> {
  await session.query(
    `UPDATE tintype.library SET id = :id, store_id = :storeId, state = :state, peer = :peer, runner = :runner,
       switch_wanted = :isSwitchWanted`,
    { ...(await readMove(session)), ...change },
  )
}

/** Changes that were noted, oldest first. */
export async function readChanges(session: Session, limit: number): Promise<NotedChange[]> {
  const rows = await session.query<{ nth: number; name: MovedTableName; key: string }>(
    'SELECT nth, table_name AS name, key FROM tintype.move_changes ORDER BY nth LIMIT :limit',
    { limit },
  )
  return rows.map(({ nth, name, key }) => ({ nth, table: name, key: JSON.parse(key) as RowKey }))
}

/** The last number that a table has given to a row. */
export async function readLastNumber(session: Session, { name }: MovedTable): Promise<number> {
  const [row] = await session.query<{ last: number }>(
    `SELECT CASE WHEN is_called THEN last_value ELSE 0 END AS last FROM tintype.${name}_seq_seq`,
  )
  return row?.last ?? 0
}

/** Makes the next row's number higher than this one. */
export async function raiseLastNumber(session: Session, table: MovedTable, number: number): Promise<void> {
  if ((await readLastNumber(session, table)) >= number) return
  await session.query(`SELECT setval('tintype.${table.name}_seq_seq'::regclass, :number)`, { number })
}
