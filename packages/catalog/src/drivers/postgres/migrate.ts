import { setTimeout as delay } from 'node:timers/promises'
import { TintypeError } from '@tintype/contract'
import type { PostgresMigration } from '../../migrations/postgres/index.ts'
import { inSchema } from './bind-parameters.ts'
import type { Connection, ConnectionPool } from './connection-pool.ts'
import { sqlStateOf } from './postgres-error.ts'

/** What is migrated, and for how long others may delay it. */
export interface MigrateOptions {
  readonly schema: string
  readonly migrations: readonly PostgresMigration[]
  /** Milliseconds to wait for other servers that migrate, or that hold a table. */
  readonly patienceMs: number
}

/** 'TINT' in ASCII: the first half of our advisory locks, so that they never meet those of another program. */
const lockClass = 0x54494e54

const lockTimeout = '55P03'

/**
 * Brings the schema up to date, and creates it if it is missing. Each step is one transaction with its version number
 * (threat B194), under a lock of the database, so that of servers that start together only one migrates.
 *
 * @throws CATALOG_UNAVAILABLE for a catalog that only newer versions of Tintype may use (threat B193); errors of pg
 */
export async function migrate(pool: ConnectionPool, options: MigrateOptions): Promise<void> {
  const end = performance.now() + options.patienceMs
  for (;;) {
    try {
      const isUpToDate = await pool.use((connection) => migrateOnce(connection, options))
      if (isUpToDate) return
    } catch (error) {
      // Waiting longer for a table's lock would stop every other server's statements that queue up for it.
      if (sqlStateOf(error) !== lockTimeout || performance.now() >= end) throw error
      await delay(100)
    }
  }
}

/** One step. @returns whether none was left */
async function migrateOnce(connection: Connection, { schema, migrations }: MigrateOptions): Promise<boolean> {
  if (await isCurrent(connection, { schema, migrations })) return true
  await connection.query('BEGIN')
  try {
    await connection.query("SET LOCAL lock_timeout = '3s'; SET LOCAL statement_timeout = 0")
    await connection.query('SELECT pg_advisory_xact_lock($1, hashtext($2))', [lockClass, schema])
    // Not `CREATE SCHEMA IF NOT EXISTS` alone, which needs a right even if the schema exists.
    const found = await connection.query('SELECT to_regnamespace($1) IS NOT NULL AS exists', [`"${schema}"`])
    if (found.rows[0]?.exists !== true) await connection.query(`CREATE SCHEMA "${schema}"`)
    await connection.query(
      inSchema(
        `CREATE TABLE IF NOT EXISTS tintype.schema_migrations (
           version integer PRIMARY KEY, compatible_from integer NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())`,
        schema,
      ),
    )
    const version = (await readVersion(connection, schema)).version
    const next = migrations[version]
    if (next !== undefined) {
      await connection.query(inSchema(next.sql, schema))
      await next.run?.(
        async (sql, values) => (await connection.query(inSchema(sql, schema), [...values])).rows,
      )
      await connection.query(
        inSchema('INSERT INTO tintype.schema_migrations (version, compatible_from) VALUES ($1, $2)', schema),
        [version + 1, next.compatibleFrom],
      )
    }
    await connection.query('COMMIT')
    return version + 1 >= migrations.length
  } catch (error) {
    await connection.query('ROLLBACK')
    throw error
  }
}

/**
 * Confirms that the schema has a catalog of this version. Changes nothing.
 *
 * @throws CATALOG_UNAVAILABLE if it has none, an older or a newer one; errors of pg
 */
export async function confirmCurrent(
  pool: ConnectionPool,
  options: Pick<MigrateOptions, 'schema' | 'migrations'>,
): Promise<void> {
  if (await pool.use((connection) => isCurrent(connection, options))) return
  throw new TintypeError(
    'CATALOG_UNAVAILABLE',
    'The schema has no catalog, or one of an older version, which the start of a server of this version brings up to date',
  )
}

async function isCurrent(
  connection: Connection,
  { schema, migrations }: Pick<MigrateOptions, 'schema' | 'migrations'>,
): Promise<boolean> {
  const table = `"${schema}".schema_migrations`
  const found = await connection.query('SELECT to_regclass($1) IS NOT NULL AS exists', [table])
  if (found.rows[0]?.exists !== true) return false
  const { version, compatibleFrom } = await readVersion(connection, schema)
  if (compatibleFrom > migrations.length) {
    const detail = `The catalog has schema version ${version}, which needs a newer Tintype; this one knows versions up to ${migrations.length}`
    throw new TintypeError('CATALOG_UNAVAILABLE', detail)
  }
  return version >= migrations.length
}

async function readVersion(connection: Connection, schema: string) {
  const sql = `SELECT coalesce(max(version), 0) AS version, coalesce(max(compatible_from), 0) AS "compatibleFrom"
    FROM tintype.schema_migrations`
  const { rows } = await connection.query<{ version: number; compatibleFrom: number }>(inSchema(sql, schema))
  return rows[0] ?? { version: 0, compatibleFrom: 0 }
}
