import { postgresMigrations } from '../migrations/postgres/index.ts'
import type { CatalogSnapshot } from '../moving/catalog-rows.ts'
import { createBinder } from './postgres/bind-parameters.ts'
import { checkServer } from './postgres/check-server.ts'
import { createConnectionPool } from './postgres/connection-pool.ts'
import { explainOpenFailure } from './postgres/explain-failure.ts'
import { confirmCurrent } from './postgres/migrate.ts'
import { createRowReader } from './postgres/moving/row-reader.ts'
import { toCatalogError } from './postgres/postgres-error.ts'
import { readTlsSettings } from './postgres/tls-settings.ts'
import type { PostgresServer } from './postgres.ts'

/** Counting a large table takes minutes. */
const queryTimeoutMs = 3_600_000

/**
 * Calls `work` with all rows as they are at one moment, also while servers use the catalog. Creates and changes nothing. Until it
 * has ended, PostgreSQL keeps rows that are changed or deleted in the meantime.
 *
 * @throws as `openPostgresCatalogReader`, and what `work` throws; a lost connection ends it
 */
export async function readPostgresSnapshot<Result>(
  options: PostgresServer,
  work: (snapshot: CatalogSnapshot) => Promise<Result>,
): Promise<Result> {
  const { schema } = options
  const tls = await readTlsSettings(options)
  const own = { settings: {}, connectionWaitMs: 10_000, queryTimeoutMs, poolSize: 1 }
  await using pool = createConnectionPool({ ...options, tls, ...own })
  try {
    await checkServer(pool)
    await confirmCurrent(pool, { schema, migrations: postgresMigrations })
  } catch (error) {
    throw explainOpenFailure(error)
  }
  const bind = createBinder(schema)
  return await pool.use(async (connection) => {
    const query = (sql: string) => connection.query(sql).catch(translate)
    await query('BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY')
    // Whatever the user's own limits are.
    await query(
      "SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0; SET LOCAL timezone = 'UTC'",
    )
    const snapshot = createRowReader((read) =>
      read({
        query: async (sql, parameters) => (await connection.query(bind(sql, parameters))).rows,
      }).catch(translate),
    )
    try {
      return await work(snapshot)
    } finally {
      await connection.query('ROLLBACK').catch(() => undefined)
    }
  })
}

function translate(error: unknown): never {
  throw toCatalogError(error)
}
