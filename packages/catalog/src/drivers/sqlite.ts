import { resolve } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { isTintypeError, TintypeError } from '@tintype/contract'
import type { AccessCatalog } from '../access-catalog.ts'
import { announceWrites } from '../changes/announce-writes.ts'
import { createLocalFeed } from '../changes/change-handlers.ts'
import type { CatalogReader, PhotoCatalog } from '../photo-catalog.ts'
import { isLongList } from '../turns/is-long-list.ts'
import { runAtOnce } from '../turns/turns.ts'
import { createAccessReader } from './sqlite/access/read-access.ts'
import { prepareBlobDeletions } from './sqlite/blob-deletions.ts'
import { prepareDigestLookup } from './sqlite/digests/find-by-digest.ts'
import { prepareEvents } from './sqlite/events/events.ts'
import { watchCatalogFiles } from './sqlite/file-identity.ts'
import { createSqliteReader } from './sqlite/long-reads/reader.ts'
import { prepareSlices } from './sqlite/long-reads/slices.ts'
import { prepareLibrary } from './sqlite/moving/library.ts'
import { openDatabase, openDatabaseForReading } from './sqlite/open-database.ts'
import { createReading, readCatalog } from './sqlite/read-catalog.ts'
import { prepareKeyLookup, prepareReads } from './sqlite/read-photos.ts'
import { prepareRenditions } from './sqlite/renditions.ts'
import { releaseSpaceReserve, reserveOf } from './sqlite/space-reserve.ts'
import { prepareTagList } from './sqlite/tags/list-tags.ts'
import { createSqliteWriter } from './sqlite/writer.ts'

/** Options of the SQLite driver. */
export interface SqliteCatalogOptions {
  /** Path of the database file. The file and its directories are created if they are missing, unreadable for other users. */
  readonly file: string
  /** Whether space is reserved for deletions on a full disk, in a file beside the database. Default: `true`. */
  readonly keepsReserve?: boolean | undefined
  /** How long a write waits for a lock that another process holds, milliseconds. Default: 5000. */
  readonly busyTimeoutMs?: number | undefined
  /**
   * `relaxed` syncs at checkpoints only: a power cut can lose the newest rows and bring back deleted ones, and never
   * breaks the file. Default: `full`.
   */
  readonly durability?: 'full' | 'relaxed' | undefined
  /**
   * How many of the latest insertions a search of one or two characters reads. 200 000 take 0.1 s, 20 000 take 0.01 s.
   * Default: 20 000.
   */
  readonly shortSearchReach?: number | undefined
}

const defaultShortSearchReach = 20_000

/** Photos that are counted in about a millisecond. */
const quickCount = 100_000

/**
 * Opens the catalog in one SQLite file. Writes are durable when they resolve (WAL, synchronous=FULL), and those that arrive
 * together share one commit. Other processes may use the file at the same time. If it is removed or replaced, reads
 * continue, and writes and probes fail until it is back or opened again.
 *
 * @throws CATALOG_UNAVAILABLE for a file that is corrupt, no catalog, read-only, or of a newer version
 * @throws STORAGE_FULL if there is no space to open it, not even that of the reserve
 * @see https://sqlite.org/wal.html
 */
export async function openSqliteCatalog(
  options: SqliteCatalogOptions,
): Promise<PhotoCatalog & AccessCatalog> {
  const { busyTimeoutMs: patienceMs = 5000, keepsReserve = true, durability = 'full' } = options
  const { shortSearchReach = defaultShortSearchReach } = options
  const file = resolve(options.file)
  await using opening = new AsyncDisposableStack()
  const database = opening.adopt(await openOnFullDisk(file, { patienceMs, keepsReserve }), (open) =>
    open.close(),
  )
  const statements = prepareStatements(database, { shortSearchReach })
  const findByKey = prepareKeyLookup(database)
  const findByDigest = prepareDigestLookup(database)
  const listBlobDeletions = prepareBlobDeletions(database)
  const listTags = prepareTagList(database, statements.slices)
  const events = prepareEvents(database)
  const library = prepareLibrary(database)
  const watched = await createReading()(() => watchCatalogFiles(file))
  const writer = createSqliteWriter({ file, patienceMs, keepsReserve, durability, watched })
  const reader = createSqliteReader({ file, shortSearchReach, watched })
  const feed = createLocalFeed()
  const owned = opening.move()
  let closing: Promise<void> | undefined

  const assertOpen = () => {
    if (closing !== undefined) throw new TintypeError('CATALOG_UNAVAILABLE', 'The catalog is closed')
  }
  const close = async () => {
    await Promise.all([writer[Symbol.asyncDispose](), reader[Symbol.asyncDispose]()])
    try {
      database.exec('PRAGMA optimize; PRAGMA wal_checkpoint(TRUNCATE)')
    } catch {
      // Both only make the next start faster; every row is durable without them.
    }
    await owned.disposeAsync()
  }

  const read = createReading(assertOpen)
  const reading = readCatalog({ database, ...statements }, read)

  return {
    ...reading,
    list: (query, options) => (isLongList(query) ? reader : reading).list(query, options),
    count: async (options) => {
      const isQuick = await read(() => statements.reads.newestSeq() <= quickCount)
      return isQuick ? reading.count() : reader.count(options)
    },
    ...createAccessReader(database, read),
    ...writer,
    ...announceWrites(writer, feed),
    ...feed,
    getByIdempotencyKey: (key) => read(() => findByKey(key)?.photo),
    findByDigest: (query) => read(() => findByDigest(query)),
    listBlobDeletions: (query) => read(() => listBlobDeletions(query)),
    listEvents: (query) => read(() => events.list(query)),
    findNewestEvent: () => read(events.newest),
    listTags: (query, options) =>
      query.isPublic ? reader.listTags(query, options) : read(() => runAtOnce(listTags(query))),
    readLibrary: () => read(library.read),
    async forgetIdempotencyKeys(before) {
      // Usually there are no such keys, and the writer's thread need not start.
      if (await read(() => statements.reads.hasKeyBefore(before))) await writer.forgetIdempotencyKeys(before)
    },
    [Symbol.asyncDispose]: () => {
      closing ??= close()
      return closing
    },
  }
}

/** Opens the database. SQLite needs some space for that: on a full disk, that of the reserve. */
async function openOnFullDisk(
  file: string,
  { patienceMs, keepsReserve }: { readonly patienceMs: number; readonly keepsReserve: boolean },
): Promise<DatabaseSync> {
  try {
    return await openDatabase(file, { patienceMs })
  } catch (error) {
    const isFull = isTintypeError(error) && error.code === 'STORAGE_FULL'
    if (!isFull || !keepsReserve || !releaseSpaceReserve(reserveOf(file))) throw error
    return await openDatabase(file, { patienceMs })
  }
}

/**
 * Opens the catalog in an SQLite file for reading only, beside a server that writes it or without one.
 *
 * @param options.isFrozen nothing writes to the file, as in a backup
 * @throws CATALOG_UNAVAILABLE for a file that is missing, corrupt, no catalog, or of a newer version
 */
export async function openSqliteCatalogReader({
  file,
  isFrozen = false,
}: Pick<SqliteCatalogOptions, 'file'> & { readonly isFrozen?: boolean | undefined }): Promise<CatalogReader> {
  await using opening = new AsyncDisposableStack()
  const database = opening.adopt(await openDatabaseForReading(file, { isFrozen }), (open) => open.close())
  const statements = prepareStatements(database, { shortSearchReach: defaultShortSearchReach })
  const owned = opening.move()
  return {
    ...readCatalog({ database, ...statements }, createReading()),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

/** @throws CATALOG_UNAVAILABLE if the file's schema is not the one of its version */
function prepareStatements(database: DatabaseSync, limits: { readonly shortSearchReach: number }) {
  try {
    const slices = prepareSlices(database)
    const reads = prepareReads(database, { ...limits, slices })
    return { ...limits, slices, reads, renditions: prepareRenditions(database) }
  } catch (cause) {
    throw new TintypeError('CATALOG_UNAVAILABLE', 'The catalog file lacks tables: restore it from a backup', {
      cause,
    })
  }
}
