import { TintypeError } from '@tintype/contract'
import pg from 'pg'
import { type ConnectionOptions, toClientConfig } from './client-config.ts'
import { createConnectionGate } from './connection-gate.ts'
import { isConnectionLost } from './postgres-error.ts'

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

/** Calls that may wait for a connection. */
const queueLength = 256

/** Creates a pool. It connects when it is first used. */
export function createConnectionPool(options: ConnectionOptions): ConnectionPool {
  const { poolSize, connectionWaitMs } = options
  const pool = new pg.Pool({
    ...toClientConfig(options),
    max: poolSize,
    idleTimeoutMillis: 30_000,
    maxLifetimeSeconds: 1800,
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
