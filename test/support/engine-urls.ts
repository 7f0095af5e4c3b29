import { createHash } from 'node:crypto'
import { resolve } from 'node:path'

/**
 * The engines of a server that a test starts, unless it sets others: `TINTYPE_TEST_STORAGE_URL` and `TINTYPE_TEST_DATABASE_URL`,
 * or the files of the data directory. In both, `{data}` becomes a name that only this directory has. So each server has a prefix
 * and a schema of its own, and finds them again at its next start.
 */
export function engineUrls(dataDirectory: string) {
  const name = `data_${createHash('sha256').update(resolve(dataDirectory)).digest('hex').slice(0, 16)}`
  const urlOf = (given: string | undefined, otherwise: string) => (given || otherwise).replace('{data}', name)
  return {
    storageUrl: urlOf(process.env.TINTYPE_TEST_STORAGE_URL, 'file:media'),
    databaseUrl: urlOf(process.env.TINTYPE_TEST_DATABASE_URL, 'file:tintype.db'),
  }
}
