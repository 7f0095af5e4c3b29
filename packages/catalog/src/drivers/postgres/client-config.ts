import pg from 'pg'
import type { PostgresServer } from '../postgres.ts'
import type { TlsSettings } from './tls-settings.ts'

/** How connections are made. */
export interface ConnectionOptions extends Omit<PostgresServer, 'tls'> {
  readonly tls: TlsSettings
  /** Settings of each session, such as `statement_timeout`, by name. */
  readonly settings: Readonly<Record<string, string>>
  /** Milliseconds that a call waits for a connection in use, and then for a new one. */
  readonly connectionWaitMs: number
  /** Milliseconds after which a query without an answer counts as lost. Default: 10 000. */
  readonly queryTimeoutMs?: number | undefined
}

/** Milliseconds after which a query without an answer counts as lost. Longer than any timeout of the server. */
const defaultQueryTimeoutMs = 10_000

const int8 = 20

/** Insertion numbers and sizes are far below 2^53. */
const types: pg.CustomTypesConfig = {
  getTypeParser: (oid, format) =>
    oid === int8 ? (text: string) => Number(text) : pg.types.getTypeParser(oid, format as 'text'),
}

/** The options as pg has them. */
export function toClientConfig(options: ConnectionOptions): pg.ClientConfig {
  const { host, port, user, password = '', database, tls, settings, connectionWaitMs } = options
  const { queryTimeoutMs = defaultQueryTimeoutMs } = options
  return {
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
    connectionTimeoutMillis: connectionWaitMs,
    keepAlive: true,
    query_timeout: queryTimeoutMs,
  }
}
