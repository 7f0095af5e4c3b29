import { TintypeError } from '@tintype/contract'
import pg from 'pg'
import type { PostgresServer } from '../postgres.ts'
import { createConnectionGate } from './connection-gate.ts'
import { isConnectionLost } from './postgres-error.ts'
import type { TlsSettings } from './tls-settings.ts'

/** A connection in use. */
export type Connection = pg.PoolClient

/** Connections to one server. Disposing it closes them once they are idle. */
export interface ConnectionPool extends AsyncDisposable {
  /**
   * Runs work on a connection, which is closed if it broke. Errors of pg pass through.
   *
   * @throws CATALOG_UNAVAILABLE, before any work, if there is no connection; with the fact `passing` if the server cannot be
   *   reached
   */
  use<Result>(work: (connection: Connection) => Promise<Result>): Promise<Result>
}

/** How connections are made. */
export interface ConnectionPoolOptions extends Omit<PostgresServer, 'tls'> {
  readonly tls: TlsSettings
  /** Settings of each session, such as `statement_timeout`, by name. */
  readonly settings: Readonly<Record<string, string>>
  /** Milliseconds that a call waits for a connection in use, and then for a new one. */
  readonly connectionWaitMs: number
}

/** Calls that may wait for a connection. */
const queueLength = 256

/** Milliseconds after which a query without an answer counts as lost. Longer than any timeout of the server. */
const queryTimeoutMs = 10_000

const int8 = 20

/** Insertion numbers and sizes are far below 2^53. */
const types: pg.CustomTypesConfig = {
  getTypeParser: (oid, format) =>
    oid === int8 ? (text: string) => Number(text) : pg.types.getTypeParser(oid, format as 'text'),
}

/** Creates a pool. It connects when it is first used. */
export function createConnectionPool(options: ConnectionPoolOptions): ConnectionPool {
  const { host, port, user, password = '', database, poolSize, tls, settings, connectionWaitMs } = options
  const pool = new pg.Pool({
    host,
    port,
    user,
    // A function, because pg would read the environment and a file of the user's for an empty password.
    password: () => password,
    database,
    ssl: tls,
    application_name: 'tintype',
    options: Object.entries(settings)
      .map(([name, value]) => `-c ${name}=${value}`)
      .join(' '),
    types,
    max: poolSize,
    connectionTimeoutMillis: connectionWaitMs,
    idleTimeoutMillis: 30_000,
    maxLifetimeSeconds: 1800,
    keepAlive: true,
    query_timeout: queryTimeoutMs,
  })
  const gate = createConnectionGate({ places: poolSize, queueLength, waitMs: connectionWaitMs })
  // A connection may break while no query runs. Without listeners that would end the process; the next query reports it.
  pool.on('error', () => undefined)
  pool.on('connect', (client) => client.on('error', () => undefined))

  return {
    async use(work) {
      using _place = await gate.enter()
      const connection = await pool.connect().catch((cause: unknown) => {
        throw unreachable(cause)
      })
      let broken: unknown
      try {
        return await work(connection)
      } catch (error) {
        if (isConnectionLost(error)) broken = error
        throw error
      } finally {
        // `pool.query` would close the connection after any error of SQL.
        connection.release(broken !== undefined)
      }
    },
    [Symbol.asyncDispose]: () => pool.end(),
  }
}

function unreachable(cause: unknown): TintypeError {
  return new TintypeError('CATALOG_UNAVAILABLE', 'The database server cannot be reached', {
    cause,
    retryAfterSeconds: 1,
    facts: { passing: true },
  })
}
