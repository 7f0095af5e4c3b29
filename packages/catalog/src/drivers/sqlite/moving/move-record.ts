import type { DatabaseSync } from 'node:sqlite'
import type { MoveRecord, NotedChange, RowKey } from '../../../moving/catalog-rows.ts'
import type { MovedTableName } from '../../../moving/moved-tables.ts'

/** Prepares the synchronous reads and writes of a move's own rows. */
export function prepareMove(database: DatabaseSync) {
  const reading = database.prepare(
    'SELECT id, store_id AS storeId, state, peer, runner, switch_wanted AS isSwitchWanted FROM library',
  )
  const changing = database.prepare(
    `UPDATE library SET id = :id, store_id = :storeId, state = :state, peer = :peer, runner = :runner,
       switch_wanted = :isSwitchWanted`,
  )
  const listing = database.prepare(
    'SELECT nth, table_name AS name, key FROM move_changes ORDER BY nth LIMIT ?',
  )
  const forgetting = database.prepare('DELETE FROM move_changes WHERE nth = ?')
  const numbering = database.prepare('SELECT seq FROM sqlite_sequence WHERE name = ?')
  const raising = database.prepare('UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = ?')
  const beginning = database.prepare('INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)')

  function read(): MoveRecord {
    const row = reading.get() as unknown as Omit<MoveRecord, 'isSwitchWanted'> & { isSwitchWanted: number }
    return { ...row, isSwitchWanted: row.isSwitchWanted !== 0 }
  }

  function readLastNumber(table: MovedTableName): number {
    return Number(numbering.get(table)?.seq ?? 0)
  }

  return {
    read,
    readLastNumber,

    change(change: Partial<MoveRecord>): void {
      const { id, storeId, state, peer, runner, isSwitchWanted } = { ...read(), ...change }
      changing.run({ id, storeId, state, peer, runner, isSwitchWanted: Number(isSwitchWanted) })
    },

    raiseLastNumber(table: MovedTableName, number: number): void {
      if (raising.run(number, table).changes === 0) beginning.run(table, number)
    },

    readChanges(limit: number): NotedChange[] {
      return listing.all(limit).map(({ nth, name, key }) => ({
        nth: Number(nth),
        table: name as MovedTableName,
        key: JSON.parse(String(key)) as RowKey,
      }))
    },

    forgetChanges(changes: readonly NotedChange[]): void {
      for (const { nth } of changes) forgetting.run(nth)
    },
  }
}
