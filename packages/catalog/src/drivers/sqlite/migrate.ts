import type { DatabaseSync } from 'node:sqlite'
import { TintypeError } from '@tintype/contract'
import { searchTextOf } from '../../search-text.ts'

/** Marks the file as ours: 'TINT' in ASCII. @see https://sqlite.org/pragma.html#pragma_application_id */
export const applicationId = 0x54494e54

/**
 * Refuses a database that this version must not write to. Reads only.
 *
 * @throws CATALOG_UNAVAILABLE for the database of another program, and for one of a newer version (threat B193)
 */
export function checkSchema(
  database: DatabaseSync,
  { migrations }: { readonly migrations: readonly string[] },
): void {
  const owner = readPragma(database, 'application_id')
  const tables = database.prepare('SELECT count(*) AS count FROM sqlite_schema').get()?.count
  if (owner !== applicationId && (owner !== 0 || tables !== 0))
    throw new TintypeError('CATALOG_UNAVAILABLE', 'The catalog file belongs to another program')
  const version = readPragma(database, 'user_version')
  if (version <= migrations.length) return
  const detail = `The catalog has schema version ${version}; this version of Tintype knows up to ${migrations.length}`
  throw new TintypeError('CATALOG_UNAVAILABLE', detail)
}

/**
 * Brings the schema up to date. Each step is one transaction with its version number, so that a step that was killed has no
 * effect (threat B194). The version is read under a lock, so that only one process migrates.
 */
export function migrate(
  database: DatabaseSync,
  { migrations }: { readonly migrations: readonly string[] },
): void {
  defineSearchTextOf(database)
  for (const [index, sql] of migrations.entries()) {
    database.exec('BEGIN IMMEDIATE')
    try {
      if (readPragma(database, 'user_version') === index)
        database.exec(`${sql};PRAGMA user_version = ${index + 1};PRAGMA application_id = ${applicationId}`)
      database.exec('COMMIT')
    } catch (error) {
      if (database.isTransaction) database.exec('ROLLBACK')
      throw error
    }
  }
}

/** The integer value of a pragma; `NaN` if it has none. */
export function readPragma(database: DatabaseSync, name: string): number {
  return Number(Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0])
}

/** Defines `search_text_of(title, alt, filename, tags)` for migrations, with the tags as JSON. */
function defineSearchTextOf(database: DatabaseSync): void {
  const options = { deterministic: true, directOnly: true }
  const textOrNull = (value: unknown) => (value === null ? null : String(value))
  database.function('search_text_of', options, (title, alt, filename, tags) =>
    searchTextOf({
      title: textOrNull(title),
      alt: textOrNull(alt),
      filename: String(filename),
      tags: JSON.parse(String(tags)) as string[],
    }),
  )
}
