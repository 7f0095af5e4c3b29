import { isTintypeError, type PhotoId } from '@tintype/contract'
import type { ChangeOptions } from '../../photo-catalog.ts'
import { createAccessWriter } from './access/write-access.ts'
import { assertInPlace, type WatchedFile } from './file-identity.ts'
import { createGroupCommit } from './group-commit.ts'
import { createSqliteLeases } from './leases.ts'
import { prepareSlices } from './long-reads/slices.ts'
import { prepareLibrary } from './moving/library.ts'
import { connectForWriting } from './open-database.ts'
import { prepareReads } from './read-photos.ts'
import { prepareRenditions } from './renditions.ts'
import { openSpaceReserve, reserveOf, type SpaceReserve } from './space-reserve.ts'
import { prepareWrites } from './write-photos.ts'
import type { WholeWriter } from './writer-protocol.ts'

/** What the writer needs. Plain data, because it is sent to a thread. */
export interface WriterOptions {
  /** Absolute path of a database that `openDatabase` has prepared. */
  readonly file: string
  /** How long a write waits for a lock that another process holds, milliseconds. */
  readonly patienceMs: number
  /** Whether space is reserved for deletions on a full disk, in a file beside the database. */
  readonly keepsReserve: boolean
  /** Whether each commit is synced, or only checkpoints are. */
  readonly durability: 'full' | 'relaxed'
  /** The files that writes must reach, as they were when the catalog was opened. */
  readonly watched: readonly WatchedFile[]
}

const noReserve: SpaceReserve = { take: () => undefined, release: () => false }

/**
 * Opens the writing half of the catalog on a connection of its own. Writes that arrive while others wait share one
 * transaction; each is durable when it resolves, unless durability is relaxed. Its thread is blocked until then. No write
 * may be in progress when it is disposed.
 *
 * @throws CATALOG_UNAVAILABLE, STORAGE_FULL
 */
export function openSqliteWriter(options: WriterOptions): WholeWriter & Disposable {
  const { file, patienceMs, keepsReserve, durability, watched } = options
  assertInPlace(watched) // SQLite would create an empty file if there is none
  using opening = new DisposableStack()
  const database = opening.adopt(connectForWriting(file, { durability }), (open) => open.close())
  const slices = prepareSlices(database)
  const reads = prepareReads(database, { shortSearchReach: Number.POSITIVE_INFINITY, slices }) // nothing lists here
  const renditions = prepareRenditions(database)
  const writes = prepareWrites(database, { reads, renditions })
  const library = prepareLibrary(database)
  const reserve = keepsReserve ? openSpaceReserve(reserveOf(file)) : noReserve
  const commit = createGroupCommit(database, { patienceMs, assertDurable: () => assertInPlace(watched) })

  const owned = opening.move()

  async function remove(id: PhotoId, options?: ChangeOptions) {
    try {
      return await commit.run(() => writes.delete(id, options))
    } catch (error) {
      if (!isTintypeError(error) || error.code !== 'STORAGE_FULL' || !reserve.release()) throw error
      return await commit.run(() => writes.delete(id, options))
    }
  }

  return {
    ...createAccessWriter(database, { commit }),
    ...createSqliteLeases(database, { commit }),
    insert: (photo, options) =>
      commit.run(() => {
        reserve.take()
        return writes.insert(photo, options)
      }),
    update: (id, patch, options) => commit.run(() => writes.update(id, patch, options)),
    changeTags: (ids, change, options) => commit.run(() => writes.changeTags(ids, change, options?.audits)),
    move: (id, owner, options) => commit.run(() => writes.move(id, owner, options)),
    setPlaceholder: (id, placeholder) => commit.run(() => writes.setPlaceholder(id, placeholder)),
    delete: remove,
    endBlobDeletion: (id) => commit.run(() => writes.endBlobDeletion(id)),
    putRendition: (rendition) => commit.run(() => renditions.put(rendition), { isExpendable: true }),
    deleteRendition: (photoId, name, format) =>
      commit.run(() => renditions.delete({ photoId, name, format })),
    forgetEvents: (before) => commit.run(() => writes.forgetEvents(before)),
    forgetIdempotencyKeys: (before) => commit.run(() => writes.forgetIdempotencyKeys(before)),
    pairWithStore: (storeId) => commit.run(() => library.pair(storeId)),
    askForSwitch: () => commit.run(library.ask),
    probe: () =>
      commit.run(() => {
        reserve.take()
        writes.probe()
      }),
    [Symbol.dispose]: () => owned.dispose(),
  }
}
