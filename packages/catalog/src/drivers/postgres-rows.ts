import { postgresMigrations } from '../migrations/postgres/index.ts'
import type { CatalogRows, RowKey } from '../moving/catalog-rows.ts'
import { type MovedTable, movedTables } from '../moving/moved-tables.ts'
import { checkServer } from './postgres/check-server.ts'
import { createConnectionPool } from './postgres/connection-pool.ts'
import { createDatabase, type Session } from './postgres/database.ts'
import { explainOpenFailure } from './postgres/explain-failure.ts'
import { migrate } from './postgres/migrate.ts'
import { changeMove, raiseLastNumber, readChanges } from './postgres/moving/move-record.ts'
import { createRowReader, sqlFor } from './postgres/moving/row-reader.ts'
import { fenceLock, triggerSql } from './postgres/moving/row-sql.ts'
import { readTlsSettings } from './postgres/tls-settings.ts'
import type { PostgresServer } from './postgres.ts'

/** Counting a large table takes minutes. */
const queryTimeoutMs = 3_600_000
const patienceMs = 60_000

const sessionSettings = { lock_timeout: '30s', timezone: 'UTC', jit: 'off', synchronous_commit: 'on' }

/**
 * Opens a catalog in a schema of a PostgreSQL database, which is created if it is missing, to be copied row by row. Servers may use
 * it at the same time.
 *
 * @throws as `openPostgresCatalog`
 */
export async function openPostgresRows(options: PostgresServer): Promise<CatalogRows> {
  const { schema } = options
  const tls = await readTlsSettings(options)
  const settings = options.isPooled ? {} : sessionSettings
  const pool = createConnectionPool({ ...options, tls, settings, connectionWaitMs: 10_000, queryTimeoutMs })
  try {
    await checkServer(pool)
    await migrate(pool, { schema, migrations: postgresMigrations, patienceMs })
  } catch (error) {
    await pool[Symbol.asyncDispose]()
    throw explainOpenFailure(error)
  }
  const database = createDatabase(pool, { schema, readPatienceMs: patienceMs, settlePatienceMs: patienceMs })

  return {
    ...createRowReader((work) => database.repeat(work)),
    // The same row again if an attempt is repeated.
    changeMove: (change) => database.repeat((session) => changeMove(session, change)),
    readRows: (table, keys) =>
      database.repeat((session) => session.query(sqlFor(table).find, { keys: toRecords(table, keys) })),
    writeRows: (table, rows) =>
      repeatable(async (session) => {
        await session.query(sqlFor(table).write, { rows: JSON.stringify(rows) })
        if (table.name !== 'photos') return
        const seqs = rows.map(({ seq }) => seq)
        await session.query('DELETE FROM tintype.photo_tags WHERE seq = ANY (:seqs::bigint[])', { seqs })
        await session.query(tagging, { seqs })
      }),
    deleteRows: (table, keys) =>
      repeatable((session) => session.query(sqlFor(table).remove, { keys: toRecords(table, keys) })),
    raiseLastNumber: (table, number) => database.repeat((session) => raiseLastNumber(session, table, number)),
    // A table at a time: creating a trigger waits for writes under way, and later writes wait for it.
    startNoting: () => eachTable('create'),
    async stopNoting() {
      await eachTable('drop')
      await database.repeat((session) => session.query('DELETE FROM tintype.move_changes'))
    },
    readChanges: (limit) => database.repeat((session) => readChanges(session, limit)),
    forgetChanges: (changes) =>
      repeatable((session) =>
        session.query('DELETE FROM tintype.move_changes WHERE nth = ANY (:nths::bigint[])', {
          nths: changes.map(({ nth }) => nth),
        }),
      ),
    fence: () =>
      repeatable(async (session) => {
        // Each trigger holds this lock, shared, until its transaction has ended.
        await session.query(`SELECT pg_advisory_xact_lock(${fenceLock}, hashtext('${schema}'))`)
        await changeMove(session, { state: 'fenced' })
      }),
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  }

  /** A transaction that has the same effect if it is done twice. */
  async function repeatable(work: (session: Session) => Promise<unknown>): Promise<void> {
    await database.write(work)
  }

  async function eachTable(kind: 'create' | 'drop'): Promise<void> {
    for (const table of movedTables)
      await repeatable(async (session) => {
        for (const statement of triggerSql(table, schema)[kind]) await session.query(statement)
      })
  }
}

const tagging = `INSERT INTO tintype.photo_tags (tag, owner, seq, taken_key)
  SELECT DISTINCT t.tag, p.owner, p.seq, tintype.taken_key(p.taken_at, p.created_at) FROM tintype.photos AS p, unnest(p.tags) AS t(tag) WHERE p.seq = ANY (:seqs::bigint[])`

/** Keys as JSON objects, by their columns. */
function toRecords({ key }: MovedTable, keys: readonly RowKey[]): string {
  return JSON.stringify(
    keys.map((values) => Object.fromEntries(key.map((column, at) => [column, values[at]]))),
  )
}
