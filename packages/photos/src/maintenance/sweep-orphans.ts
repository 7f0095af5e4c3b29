import type { CatalogReader } from '@tintype/catalog'
import type { BlobKey, BlobStat, BlobStore } from '@tintype/storage'
import { originalsPrefix, renditionsPrefix } from '../blob-keys.ts'
import type { Log } from '../log.ts'
import type { Kept } from './quarantine/quarantine.ts'
import { selectOrphans } from './select-orphans.ts'

/** Renditions of all kinds. */
export interface StoredRenditions {
  readonly renditions: number
  readonly byteSize: number
}

/** What a sweep did. */
export interface SweepResult {
  /** Blobs that were checked. */
  readonly seen: number
  /** Renditions without a row, removed. */
  readonly removed: number
  /** Originals without a row, moved to quarantine. */
  readonly setAside: number
  /** Blobs without a row that could not be removed. */
  readonly left: number
  /** Whether it stopped because so many originals have no row that the catalog must be the wrong one. */
  readonly isCatalogDoubted: boolean
  /** Renditions that there are afterwards; absent if the catalog is doubted. */
  readonly stored?: StoredRenditions | undefined
}

/** What a sweep removes. */
export interface SweepOptions {
  /** Younger blobs are left alone: their row may be on its way (threat B172). */
  readonly before: Date
  /**
   * With more originals without a row than this the catalog is doubted. A crash leaves one for each upload in flight; more
   * come from a catalog that is older than its files (threat B184).
   */
  readonly maxOrphanedOriginals: number
  /**
   * Keeps an original elsewhere, durably, before it is deleted: if the catalog is older than its files, it is all that is
   * left of its photo (threat B184). What is not kept whole is not deleted. `undefined` if the key has no blob any more.
   */
  readonly setAside: (key: BlobKey) => Promise<Kept | undefined>
  readonly signal: AbortSignal
}

/**
 * Removes blobs that no row names: what a crash between bytes and row of an upload, or between row and bytes of a
 * deletion, left behind. Renditions are deleted, because they can be made again; originals are set aside. Blobs that are
 * replaced in the meantime stay, and so do files that Tintype did not make. If the catalog is doubted, nothing is touched.
 * The log has each original that is set aside, and each blob that could not be removed, up to `maxOrphanedOriginals`.
 *
 * @throws what store and catalog throw, except for a blob that cannot be removed, and the signal's reason
 */
export async function sweepOrphans(
  { blobs, catalog, log }: { blobs: BlobStore; catalog: CatalogReader; log: Log },
  { before, maxOrphanedOriginals, setAside, signal }: SweepOptions,
): Promise<SweepResult> {
  const result = { seen: 0, removed: 0, setAside: 0, left: 0 }

  const stored = { renditions: 0, byteSize: 0 }

  async function* listOld(prefix: string): AsyncGenerator<BlobStat> {
    for await (const blob of blobs.list(prefix)) {
      signal.throwIfAborted()
      result.seen++
      if (prefix === renditionsPrefix) {
        stored.renditions++
        stored.byteSize += blob.byteSize
      }
      if (blob.modifiedAtMs < before.getTime()) yield blob
    }
  }

  const findOrphans = (prefix: string) => selectOrphans(listOld(prefix), catalog)

  /** A rendition that is made again replaces what a crash left, and its row comes after its bytes. */
  async function isReplaced({ key, version }: BlobStat): Promise<boolean> {
    return (await blobs.stat(key))?.version !== version
  }

  async function move({ key }: BlobStat): Promise<void> {
    const kept = await setAside(key)
    if (kept === undefined) return
    if (kept === 'part') throw new Error('The file cannot be read to its end')
    // Logged before the deletion: no stop and no failure in between leaves a move that is not in the log.
    log.warn({ event: 'set-aside', key }, 'an original without a row was moved to quarantine')
    await blobs.delete(key)
    result.setAside++
  }

  async function remove({ key, byteSize }: BlobStat): Promise<void> {
    await blobs.delete(key)
    result.removed++
    stored.renditions--
    stored.byteSize -= byteSize
  }

  /** What cannot be removed stays for the next sweep: it must not keep the others from being removed. */
  async function clear(orphan: BlobStat, away: (orphan: BlobStat) => Promise<void>): Promise<void> {
    signal.throwIfAborted()
    const { key } = orphan
    try {
      if (!(await isReplaced(orphan))) await away(orphan)
    } catch (error) {
      result.left++
      // If nothing can be deleted, there may be very many renditions, and a line for each adds nothing.
      if (result.left > maxOrphanedOriginals) return
      log.warn({ event: 'orphan', key, err: error }, 'an orphaned file could not be removed')
    }
  }

  const originals: BlobStat[] = []
  for await (const orphan of findOrphans(originalsPrefix)) {
    originals.push(orphan)
    if (originals.length > maxOrphanedOriginals) return { ...result, isCatalogDoubted: true }
  }
  for (const orphan of originals) await clear(orphan, move)
  for await (const orphan of findOrphans(renditionsPrefix)) await clear(orphan, remove)
  return { ...result, isCatalogDoubted: false, stored }
}
