import { resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'
import { TintypeError } from '@tintype/contract'
import { oldestReadableVersion, ownersVersion, sqliteMigrations } from '../../migrations/sqlite/index.ts'
import { applicationId, checkSchema, migrate, readPragma } from './migrate.ts'
import { prepareCatalogFile } from './prepare-file.ts'
import { toCatalogError } from './sqlite-error.ts'

/**
 * Milliseconds that SQLite itself waits for a lock once the database is open. This blocks the calling thread, so it is
 * short. `createGroupCommit` waits longer without blocking.
 */
const engineWaitMs = 5

/**
 * Statements that sort or change many rows need files besides the database. SQLite would write them to the system's
 * temporary directory, which does not exist on a read-only file system. What this catalog needs is small.
 */
const keepTemporariesInMemory = 'PRAGMA temp_store = memory'

// Each commit is synced, or checkpoints alone. @see https://sqlite.org/pragma.html#pragma_synchronous
const synchronousFull = 2
/** Commits are not synced, only checkpoints are. @see https://sqlite.org/pragma.html#pragma_synchronous */
export const synchronousNormal = 1

/**
 * Opens the file, or creates it, checks it and brings its schema up to date.
 *
 * @param options.patienceMs how long opening waits for a lock that another process holds
 * @throws CATALOG_UNAVAILABLE for a file that is corrupt, cannot be written, or is not a catalog of this version
 */
export async function openDatabase(
  file: string,
  { patienceMs }: { readonly patienceMs: number },
): Promise<DatabaseSync> {
  // An absolute path is never one of SQLite's special names, such as ':memory:' or 'file:…'.
  const path = resolve(file)
  await using opening = new AsyncDisposableStack()
  try {
    await prepareCatalogFile(path)
    const options = { timeout: patienceMs, enableForeignKeyConstraints: true }
    const database = opening.adopt(new DatabaseSync(path, options), (open) => open.close())
    database.exec(keepTemporariesInMemory)
    checkSchema(database, { migrations: sqliteMigrations })
    checkPages(database)
    database.exec('PRAGMA journal_mode = wal; PRAGMA synchronous = full')
    migrate(database, { migrations: sqliteMigrations })
    checkWritable(database)
    database.exec(`PRAGMA busy_timeout = ${engineWaitMs}`)
    checkSettings(database, { synchronous: synchronousFull })
    opening.move()
    return database
  } catch (error) {
    throw toCatalogError(error)
  }
}

/**
 * Opens another connection to a database that `openDatabase` has prepared, to write to it beside that one.
 *
 * @param options.durability `relaxed` syncs at checkpoints only
 * @throws CATALOG_UNAVAILABLE, STORAGE_FULL
 */
export function connectForWriting(
  file: string,
  { durability }: { readonly durability: 'full' | 'relaxed' },
): DatabaseSync {
  using opening = new DisposableStack()
  try {
    const options = { timeout: engineWaitMs, enableForeignKeyConstraints: true }
    const database = opening.adopt(new DatabaseSync(resolve(file), options), (open) => open.close())
    database.exec(keepTemporariesInMemory)
    const synchronous = durability === 'full' ? synchronousFull : synchronousNormal
    database.exec(`PRAGMA synchronous = ${synchronous}`)
    checkSettings(database, { synchronous })
    opening.move()
    return database
  } catch (error) {
    throw toCatalogError(error)
  }
}

/**
 * Opens a file for reading only: makes, migrates and changes nothing, and may run beside the process that writes it.
 *
 * @param options.isFrozen nothing writes to the file, which may lie on a read-only medium: it is read without locks
 * and without a file beside it
 * @throws CATALOG_UNAVAILABLE for a file that is missing, is no catalog, or is of a newer version
 */
export async function openDatabaseForReading(
  file: string,
  { isFrozen }: { readonly isFrozen: boolean },
): Promise<DatabaseSync> {
  await using opening = new AsyncDisposableStack()
  try {
    const url = pathToFileURL(resolve(file))
    if (isFrozen) url.searchParams.set('immutable', '1')
    const options = { readOnly: true, timeout: engineWaitMs }
    const database = opening.adopt(new DatabaseSync(url, options), (open) => open.close())
    database.exec(keepTemporariesInMemory)
    checkSchema(database, { migrations: sqliteMigrations })
    const version = readPragma(database, 'user_version')
    if (version < oldestReadableVersion)
      throw new TintypeError('CATALOG_UNAVAILABLE', 'The catalog is empty: start the server once')
    if (version < ownersVersion) database.exec(photosWithoutOwners)
    opening.move()
    return database
  } catch (error) {
    throw toCatalogError(error)
  }
}

/** Gives photos of an older version the columns of this one. A temporary view changes nothing in the file. */
const photosWithoutOwners = `CREATE TEMP VIEW photos AS
  SELECT *, NULL AS owner, 'public' AS visibility, NULL AS metadata, NULL AS uploaded_by FROM main.photos`

/** SQLite opens a file that it cannot write, and reports that at the first write only (threat B193). */
function checkWritable(database: DatabaseSync): void {
  try {
    database.exec(`PRAGMA application_id = ${applicationId}`)
  } catch (error) {
    // After a restart on a full disk reads still work; each write reports the error.
    if (toCatalogError(error).code !== 'STORAGE_FULL') throw error
  }
}

/** Reads the settings back, because a pragma that cannot be applied is ignored in silence (threat B192). */
function checkSettings(database: DatabaseSync, { synchronous }: { readonly synchronous: number }): void {
  const journal = database.prepare('PRAGMA journal_mode').get()?.journal_mode
  const expected = { synchronous, foreign_keys: 1, busy_timeout: engineWaitMs }
  const isAsSet = Object.entries(expected).every(([name, value]) => readPragma(database, name) === value)
  if (journal === 'wal' && isAsSet) return
  throw new TintypeError(
    'CATALOG_UNAVAILABLE',
    'SQLite cannot keep the catalog durable on this file system; move it to a local disk',
  )
}

/**
 * Reads every page of every table: about 1 s per million photos. Does not read the search index: that takes ten times as
 * long, and it can be created again from the photos.
 */
function checkPages(database: DatabaseSync): void {
  const tables = database.prepare(
    "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL TABLE%'",
  )
  for (const { name } of tables.all()) {
    const found = database.prepare(`PRAGMA quick_check('${name}')`).get()?.quick_check
    if (found === 'ok') continue
    const cause = new Error(`${name}: ${found}`)
    const detail = 'The catalog file is corrupt: restore it from a backup'
    throw new TintypeError('CATALOG_UNAVAILABLE', detail, { cause })
  }
}
