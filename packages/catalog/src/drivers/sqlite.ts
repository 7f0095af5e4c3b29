import { resolve } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { isTintypeError, type PhotoId, TintypeError } from '@tintype/contract'
import type { CatalogReader, PhotoCatalog } from '../photo-catalog.ts'
import { createFileGuard } from './sqlite/file-guard.ts'
import { createGroupCommit } from './sqlite/group-commit.ts'
import { openDatabase, openDatabaseForReading } from './sqlite/open-database.ts'
import { createReading, readCatalog } from './sqlite/read-catalog.ts'
import { prepareReads } from './sqlite/read-photos.ts'
import { prepareRenditions } from './sqlite/renditions.ts'
import { openSpaceReserve, type SpaceReserve } from './sqlite/space-reserve.ts'
import { prepareWrites } from './sqlite/write-photos.ts'

const noReserve: SpaceReserve = { take: () => undefined, release: () => false }

/** Where the catalog is, and how patient. */
export interface SqliteCatalogOptions {
  /** Path of the database file; it and its directories are made where absent, unreadable for others. */
  readonly file: string
  /** Whether space is kept for deletions on a full disk, in a file beside it. Default: it is. */
  readonly keepsReserve?: boolean | undefined
  /** How long a write waits for a lock that another process holds, milliseconds. Default: 5000. */
  readonly busyTimeoutMs?: number | undefined
}

/**
 * Opens the catalog in one SQLite file. Writes are durable when they resolve (WAL, synchronous=FULL), and those
 * that arrive together share one commit. Other processes may use the file at the same time. Where it is removed or
 * replaced, reads go on, and writes and probes fail until it is back or opened anew.
 *
 * @throws CATALOG_UNAVAILABLE for a file that is corrupt, no catalog, read-only, or of a newer version
 * @throws STORAGE_FULL where there is no space to open it
 * @see https://sqlite.org/wal.html
 */
export async function openSqliteCatalog(options: SqliteCatalogOptions): Promise<PhotoCatalog> {
  const patienceMs = options.busyTimeoutMs ?? 5000
  const file = resolve(options.file)
  const database = await openDatabase(file, { patienceMs })
  const { reads, writes, renditions, commit } = prepareCatalog(database, { file, patienceMs })
  const reserve = (options.keepsReserve ?? true) ? openSpaceReserve(`${file}-reserve`) : noReserve
  let closing: Promise<void> | undefined

  const assertOpen = () => {
    if (closing !== undefined) throw new TintypeError('CATALOG_UNAVAILABLE', 'The catalog is closed')
  }
  const read = createReading(assertOpen)
  const write = async <Input, Result>(input: Input, work: (own: Input) => Result): Promise<Result> => {
    assertOpen()
    // The write happens later, and must not see what the caller does to its objects meanwhile.
    const own = structuredClone(input)
    return await commit.run(() => work(own))
  }
  const remove = async (id: PhotoId) => {
    try {
      return await write(id, writes.delete)
    } catch (error) {
      if (!isTintypeError(error) || error.code !== 'STORAGE_FULL' || !reserve.release()) throw error
      return await write(id, writes.delete)
    }
  }
  const close = async () => {
    await commit.run(() => undefined).catch(() => undefined)
    try {
      database.exec('PRAGMA optimize; PRAGMA wal_checkpoint(TRUNCATE)')
    } catch {
      // Both only make the next start quicker; every row is durable without them.
    } finally {
      database.close()
    }
  }

  return {
    ...readCatalog({ database, reads, renditions }, read),
    insert: (photo, { idempotencyKey } = {}) =>
      write(photo, (own) => {
        reserve.take()
        return writes.insert(own, idempotencyKey)
      }),
    update: (id, patch) => write(patch, (own) => writes.update(id, own)),
    delete: remove,
    putRendition: (rendition) => write(rendition, renditions.put),
    deleteRendition: (photoId, name, format) => write({ photoId, name, format }, renditions.delete),
    forgetIdempotencyKeys: (before) => write(before, writes.forgetIdempotencyKeys),
    probe: () =>
      write(undefined, () => {
        reserve.take()
        writes.probe()
      }),
    [Symbol.asyncDispose]: () => {
      closing ??= close()
      return closing
    },
  }
}

/**
 * Opens the catalog in an SQLite file for reading only, beside a server that writes it or without one.
 *
 * @param options.isFrozen nobody writes to the file, such as that of a backup
 * @throws CATALOG_UNAVAILABLE for a file that is missing, corrupt, no catalog, or of another version
 */
export async function openSqliteCatalogReader({
  file,
  isFrozen = false,
}: Pick<SqliteCatalogOptions, 'file'> & { readonly isFrozen?: boolean | undefined }): Promise<CatalogReader> {
  const database = await openDatabaseForReading(file, { isFrozen })
  const statements = prepareStatements(database, () => ({
    reads: prepareReads(database),
    renditions: prepareRenditions(database),
  }))
  return {
    ...readCatalog({ database, ...statements }, createReading()),
    async [Symbol.asyncDispose]() {
      if (database.isOpen) database.close()
    },
  }
}

/** Prepares every statement. */
function prepareCatalog(
  database: DatabaseSync,
  { file, patienceMs }: { readonly file: string; readonly patienceMs: number },
) {
  return prepareStatements(database, () => {
    const reads = prepareReads(database)
    const renditions = prepareRenditions(database)
    const writes = prepareWrites(database, { reads, renditions })
    const commit = createGroupCommit(database, { patienceMs, assertDurable: createFileGuard(file) })
    return { reads, renditions, writes, commit }
  })
}

/** Closes the database where its schema turns out not to be the one it claims. */
function prepareStatements<Statements>(database: DatabaseSync, prepare: () => Statements): Statements {
  try {
    return prepare()
  } catch (cause) {
    database.close()
    throw new TintypeError('CATALOG_UNAVAILABLE', 'The catalog file lacks tables: restore it', { cause })
  }
}
