import { isTintypeError, TintypeError } from '@tintype/contract'
import { sqlStateOf, toCatalogError } from './postgres-error.ts'

/** By the beginning of the SQLSTATE. */
const byState: readonly (readonly [state: string, text: string])[] = [
  ['28', 'The PostgreSQL server refused the user name or the password; check the database URL'],
  ['3D', 'The database does not exist on the PostgreSQL server; create it, or correct its name in the URL'],
  [
    '42501',
    'The database user may not create tables there; grant it CREATE on the database, or on the schema if that exists',
  ],
  [
    '53300',
    'The PostgreSQL server has no connection free; lower pool= in the database URL, or raise max_connections',
  ],
]

/** By the code or message of an error that came before the server could answer. */
const byText: readonly (readonly [pattern: RegExp, text: string])[] = [
  [
    /does not support SSL/,
    'The PostgreSQL server offers no TLS; enable it there, or set sslmode=disable if the network between is trusted',
  ],
  [
    /CERT|self-signed|certificate|ERR_TLS/i,
    'The certificate of the PostgreSQL server is not trusted for its host name; give its authority with sslrootcert=',
  ],
  [/ENOTFOUND|EAI_AGAIN/, 'The host name of the PostgreSQL server is unknown; check the database URL'],
  [
    /ECONNREFUSED/,
    'The PostgreSQL server does not accept connections; check that it runs, and the host and port in the URL',
  ],
]

/** The error with which an opening fails: it says what the operator can do. The native error is its `cause`. */
export function explainOpenFailure(error: unknown): TintypeError {
  const native = isTintypeError(error) && error.cause !== undefined ? error.cause : error
  const state = sqlStateOf(native)
  const text = native instanceof Error ? `${'code' in native ? native.code : ''} ${native.message}` : ''
  const reason =
    state === ''
      ? byText.find(([pattern]) => pattern.test(text))?.[1]
      : byState.find(([start]) => state.startsWith(start))?.[1]
  return reason === undefined
    ? toCatalogError(error)
    : new TintypeError('CATALOG_UNAVAILABLE', reason, { cause: native })
}
