import { TintypeError } from '@tintype/contract'
import type { ConnectionPool } from './connection-pool.ts'

/** The oldest major version of PostgreSQL that the driver is tested with. */
const oldestMajor = 15

/**
 * Refuses a server that cannot hold a catalog.
 *
 * @returns whether its sessions wait for the disk at COMMIT
 * @throws CATALOG_UNAVAILABLE for a version below 15, and for another encoding than UTF-8; errors of pg
 */
export async function checkServer(pool: ConnectionPool): Promise<{ readonly isSynchronous: boolean }> {
  const sql = `SELECT current_setting('server_version_num')::integer / 10000 AS major,
    current_setting('server_encoding') AS encoding, current_setting('synchronous_commit') AS synchronous`
  interface Facts {
    readonly major: number
    readonly encoding: string
    readonly synchronous: string
  }
  const { rows } = await pool.use((connection) => connection.query<Facts>(sql))
  const { major = 0, encoding = '', synchronous = '' } = rows[0] ?? {}
  if (major < oldestMajor)
    throw new TintypeError(
      'CATALOG_UNAVAILABLE',
      `The PostgreSQL server has version ${major}; Tintype needs ${oldestMajor} or newer`,
    )
  if (encoding !== 'UTF8')
    throw new TintypeError(
      'CATALOG_UNAVAILABLE',
      `The database has the encoding ${encoding}; create it with ENCODING 'UTF8'`,
    )
  return { isSynchronous: synchronous !== 'off' }
}
