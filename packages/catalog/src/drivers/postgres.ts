import { setTimeout as delay } from 'node:timers/promises'
import type { AccessCatalog } from '../access-catalog.ts'
import { announceWrites } from '../changes/announce-writes.ts'
import { postgresMigrations } from '../migrations/postgres/index.ts'
import type { CatalogReader, PhotoCatalog } from '../photo-catalog.ts'
import { createPostgresAccess } from './postgres/access/access-catalog.ts'
import { createPostgresFeed } from './postgres/changes/postgres-feed.ts'
import { checkServer } from './postgres/check-server.ts'
import { toClientConfig } from './postgres/client-config.ts'
import { type ConnectionPool, createConnectionPool } from './postgres/connection-pool.ts'
import { createDatabase } from './postgres/database.ts'
import { createEvents } from './postgres/events/events.ts'
import { explainOpenFailure } from './postgres/explain-failure.ts'
import { createBlobDeletions } from './postgres/maintenance/blob-deletions.ts'
import { createPostgresLeases } from './postgres/maintenance/leases.ts'
import { confirmCurrent, migrate } from './postgres/migrate.ts'
import { createLibrary } from './postgres/moving/library.ts'
import { isPassing } from './postgres/postgres-error.ts'
import { createPhotoReader } from './postgres/read-photos.ts'
import { createRenditions } from './postgres/renditions.ts'
import { readTlsSettings } from './postgres/tls-settings.ts'
import { createPhotoWriter } from './postgres/write-photos.ts'

/** Where a catalog is, and how it is reached. */
export interface PostgresServer {
  readonly host: string
  readonly port: number
  readonly user: string
  /** Absent if the server asks for none. */
  readonly password?: string | undefined
  readonly database: string
  /** `verify-full` checks the certificate and its host name, `require` encrypts only, `disable` does neither. */
  readonly tls: 'verify-full' | 'require' | 'disable'
  /** Path of the certificate that signs the server's, in PEM; the system's authorities if absent. */
  readonly tlsAuthorityFile?: string | undefined
  /** A plain identifier, at most 63 characters. */
  readonly schema: string
  /** Most connections. */
  readonly poolSize: number
  /** Whether a pooler is in between that gives a connection to each transaction: sessions then have no settings. */
  readonly isPooled: boolean
}

/** Options of the PostgreSQL driver. */
export interface PostgresCatalogOptions extends PostgresServer {
  /**
   * How the server is reached to hear what other servers have changed: directly, if a pooler is in between otherwise. The same
   * database. If both are absent and pooled, changes of others are not heard, only found.
   */
  readonly listenServer?: PostgresServer | undefined
  /**
   * `full`: COMMIT waits for the disk even if the database has `synchronous_commit = off`. `relaxed`: as the database has it.
   * Default: `full`.
   */
  readonly durability?: 'full' | 'relaxed' | undefined
  /** How many of the latest insertions a search of one or two characters reads. Default: 20 000. */
  readonly shortSearchReach?: number | undefined
  /** Milliseconds that opening waits for a server that cannot be reached. Default: 30 000. */
  readonly openPatienceMs?: number | undefined
  /** Milliseconds that a call waits for a free connection, and then for a new one. Default: 2000. */
  readonly connectionWaitMs?: number | undefined
}

/** Milliseconds in which reads are repeated, and in which inserts are, while the server cannot be reached. */
const patience = { readPatienceMs: 3000, settlePatienceMs: 10_000 }

/** Milliseconds that a migration waits for another server's. */
const migrationPatienceMs = 60_000

/** Settings of every session. A statement that takes longer than this would only add to an overload. */
const sessionSettings = {
  statement_timeout: '5s',
  lock_timeout: '3s',
  idle_in_transaction_session_timeout: '10s',
  timezone: 'UTC',
  jit: 'off',
}

/**
 * Opens the catalog in a schema of a PostgreSQL database (15 or newer), which is created and brought up to date. Any number
 * of servers may use it. Reads are repeated for a few seconds if the connection is lost, and inserts find out whether they
 * were done.
 *
 * @throws CATALOG_UNAVAILABLE, with what the operator can do, if the server cannot be reached in time, refuses the user, is too
 *   old, or has a catalog of a newer version
 */
export async function openPostgresCatalog(
  options: PostgresCatalogOptions,
): Promise<PhotoCatalog & AccessCatalog> {
  const { schema, durability = 'full', shortSearchReach = 20_000, connectionWaitMs = 2000 } = options
  const tls = await readTlsSettings(options)
  const listening = await describeListening(options, connectionWaitMs)
  const settings: Record<string, string> = options.isPooled ? {} : { ...sessionSettings }
  const connect = () => createConnectionPool({ ...options, tls, settings, connectionWaitMs })
  await using opening = new AsyncDisposableStack()
  const first = opening.use(connect())
  const { isSynchronous } = await prepare(first, options)
  // Only raised, because the database may ask for more: `remote_apply` also waits for standbys.
  if (durability === 'full' && !isSynchronous && !options.isPooled) settings.synchronous_commit = 'on'
  const database = createDatabase(connect(), { schema, ...patience })
  const { [Symbol.asyncDispose]: closeFeed, ...feed } = createPostgresFeed({ database, schema, ...listening })
  const writer = { ...createPhotoWriter(database), ...createPostgresAccess(database) }
  return {
    ...createPhotoReader(database, { shortSearchReach, schema, longReads: longReadsOf(options) }),
    ...writer,
    ...announceWrites(writer, feed),
    ...createRenditions(database),
    ...createLibrary(database),
    ...createPostgresLeases(database),
    ...createBlobDeletions(database),
    ...createEvents(database),
    ...feed,
    async [Symbol.asyncDispose]() {
      await closeFeed()
      await database[Symbol.asyncDispose]()
    },
  }
}

/**
 * Opens a catalog for reading only, also while servers use it. Creates and changes nothing.
 *
 * @throws CATALOG_UNAVAILABLE, with what the operator can do, as `openPostgresCatalog`, or if the schema has no catalog of this
 *   version
 */
export async function openPostgresCatalogReader(options: PostgresCatalogOptions): Promise<CatalogReader> {
  const { schema, shortSearchReach = 20_000, connectionWaitMs = 2000 } = options
  const tls = await readTlsSettings(options)
  const settings = options.isPooled ? {} : { ...sessionSettings, default_transaction_read_only: 'on' }
  await using opening = new AsyncDisposableStack()
  const pool = createConnectionPool({ ...options, tls, settings, connectionWaitMs })
  const database = opening.use(createDatabase(pool, { schema, ...patience }))
  try {
    await checkServer(pool)
    await confirmCurrent(pool, { schema, migrations: postgresMigrations })
  } catch (error) {
    throw explainOpenFailure(error)
  }
  const { getRendition, listRenditions } = createRenditions(database)
  const reader = createPhotoReader(database, { shortSearchReach, schema, longReads: longReadsOf(options) })
  const owned = opening.move()
  return { ...reader, getRendition, listRenditions, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

/** Half of the connections. */
function longReadsOf({ poolSize }: PostgresServer): number {
  return Math.max(1, Math.floor(poolSize / 2))
}

/** The connection that hears the other servers. There is none through a pooler, which passes no notifications on. */
async function describeListening(options: PostgresCatalogOptions, connectionWaitMs: number) {
  const { listenServer: server = options } = options
  if (server.isPooled) return {}
  const tls = await readTlsSettings(server)
  return { connection: toClientConfig({ ...server, tls, settings: {}, connectionWaitMs }) }
}

/** Checks the server and migrates, again while it cannot be reached: both may be starting together. */
async function prepare(
  pool: ConnectionPool,
  { schema, openPatienceMs = 30_000 }: Pick<PostgresCatalogOptions, 'schema' | 'openPatienceMs'>,
) {
  const end = performance.now() + openPatienceMs
  for (;;) {
    try {
      const server = await checkServer(pool)
      await migrate(pool, { schema, migrations: postgresMigrations, patienceMs: migrationPatienceMs })
      return server
    } catch (error) {
      const explained = explainOpenFailure(error)
      if (!isWorthWaiting(error) || performance.now() >= end) throw explained
      await delay(250)
    }
  }
}

/** A wrong password or host name stays wrong, although such a connection could not be made either. */
function isWorthWaiting(error: unknown): boolean {
  if (!isPassing(error)) return false
  const { cause = error } = error as Error
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  if (code !== '') return /^(?:57P0|53300|08|ECONN|ETIMEDOUT|EHOST|ENET|EAI_AGAIN)/.test(code)
  return cause instanceof Error && /timeout|terminated/i.test(cause.message)
}
