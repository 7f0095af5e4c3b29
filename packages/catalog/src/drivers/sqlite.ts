import { resolve } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { isTintypeError, type PhotoId, TintypeError } from '@tintype/contract'
import type { PhotoCatalog } from '../photo-catalog.ts'
import { createFileGuard } from './sqlite/file-guard.ts'
import { createGroupCommit } from './sqlite/group-commit.ts'
import { openDatabase } from './sqlite/open-database.ts'
import { toPhotoRecord } from './sqlite/photo-rows.ts'
import { prepareReads } from './sqlite/read-photos.ts'
import { prepareRenditions } from './sqlite/renditions.ts'
import { openSpaceReserve } from './sqlite/space-reserve.ts'
import { toCatalogError } from './sqlite/sqlite-error.ts'
import { prepareWrites } from './sqlite/write-photos.ts'

/** Where the catalog is, and how patient. */
export interface SqliteCatalogOptions {
  /** Path of the database file; it and its directories are made where absent, unreadable for others. */
  readonly file: string
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
  const reserve = openSpaceReserve(`${file}-reserve`)
  let closing: Promise<void> | undefined

  const assertOpen = () => {
    if (closing !== undefined) throw new TintypeError('CATALOG_UNAVAILABLE', 'The catalog is closed')
  }
  const read = async <Result>(work: () => Result): Promise<Result> => {
    assertOpen()
    try {
      return work()
    } catch (error) {
      throw toCatalogError(error)
    }
  }
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
    kind: 'sqlite',
    insert: (photo, { idempotencyKey } = {}) =>
      write(photo, (own) => {
        reserve.take()
        return writes.insert(own, idempotencyKey)
      }),
    get: (id) => read(() => toPhotoRecord(reads.rowById(id))),
    getByIdempotencyKey: (key) => read(() => toPhotoRecord(reads.rowByKey(key))),
    list: (query) => read(() => reads.list(query)),
    update: (id, patch) => write(patch, (own) => writes.update(id, own)),
    delete: remove,
    putRendition: (rendition) => write(rendition, renditions.put),
    getRendition: (photoId, name, format) => read(() => renditions.get(photoId, name, format)),
    listRenditions: (photoId) => read(() => renditions.list(photoId)),
    forgetIdempotencyKeys: (before) => write(before, writes.forgetIdempotencyKeys),
    count: () => read(reads.count),
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

/** Prepares every statement; closes the database where its schema turns out not to be the one it claims. */
function prepareCatalog(
  database: DatabaseSync,
  { file, patienceMs }: { readonly file: string; readonly patienceMs: number },
) {
  try {
    const reads = prepareReads(database)
    const renditions = prepareRenditions(database)
    const writes = prepareWrites(database, { reads, renditions })
    const commit = createGroupCommit(database, { patienceMs, assertDurable: createFileGuard(file) })
    return { reads, renditions, writes, commit }
  } catch (cause) {
    database.close()
    throw new TintypeError('CATALOG_UNAVAILABLE', 'The catalog file lacks tables: restore it', { cause })
  }
}
