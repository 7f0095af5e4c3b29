import type { CatalogReader } from '@tintype/catalog'
import type { BlobKey, BlobStat, BlobStore } from '@tintype/storage'
import { originalsPrefix, readBlobKey, renditionsPrefix } from '../blob-keys.ts'
import type { Log } from '../log.ts'
import type { Kept } from './repair-finding.ts'

/** What a sweep did. */
export interface SweepResult {
  /** Blobs looked at. */
  readonly seen: number
  /** Renditions without a row, removed. */
  readonly removed: number
  /** Originals without a row, moved to where nothing is lost. */
  readonly setAside: number
  /** Blobs without a row that would not go, and stay. */
  readonly left: number
  /** Whether it stopped because so many originals have no row that the catalog must be the wrong one. */
  readonly isCatalogDoubted: boolean
}

/** How a sweep tells what to remove. */
export interface SweepOptions {
  /** Younger blobs are left alone: their row may be on its way (threat B172). */
  readonly before: Date
  /**
   * With more originals without a row than this the catalog is doubted. A crash leaves one for each upload in flight; more
   * come from a catalog that is older than its files (threat B184).
   */
  readonly maxOrphanedOriginals: number
  /**
   * Keeps an original elsewhere, durably, before it goes: where the catalog is older than its files it is all that is
   * left of its photo, and from here nobody can tell (threat B184). What is not kept whole stays. `undefined` where there
   * is nothing under the key any more.
   */
  readonly setAside: (key: BlobKey) => Promise<Kept | undefined>
  readonly signal: AbortSignal
}

/**
 * Takes away blobs that no row names: what a crash between bytes and row, or between row and bytes of a delete,
 * has left behind. Renditions are removed, because they can be made again; originals are set aside. What is replaced
 * meanwhile is left alone, and so are files that Tintype did not make. Where the catalog is doubted, nothing is touched.
 * The log tells of each original that is set aside, and of each blob that would not go: of no more than there may be
 * originals.
 *
 * @throws what store and catalog throw, but for a blob that would not go, and the signal's reason
 */
export async function sweepOrphans(
  { blobs, catalog, log }: { blobs: BlobStore; catalog: CatalogReader; log: Log },
  { before, maxOrphanedOriginals, setAside, signal }: SweepOptions,
): Promise<SweepResult> {
  const result = { seen: 0, removed: 0, setAside: 0, left: 0 }

  async function* findOrphans(prefix: string): AsyncGenerator<BlobStat> {
    for await (const blob of blobs.list(prefix)) {
      signal.throwIfAborted()
      result.seen++
      if (blob.modifiedAtMs < before.getTime() && (await isOrphan(blob, catalog))) yield blob
    }
  }

  /** A rendition that is made again replaces what a crash has left, and its row comes after its bytes. */
  async function isReplaced({ key, version }: BlobStat): Promise<boolean> {
    return (await blobs.stat(key))?.version !== version
  }

  async function move(key: BlobKey): Promise<void> {
    const kept = await setAside(key)
    if (kept === undefined) return
    if (kept === 'part') throw new Error('it cannot be read to its end')
    // Told before it goes: no stop and no failure in between leaves a move that nobody knows of.
    log.warn({ event: 'set-aside', key }, 'an original without a row is set aside')
    await blobs.delete(key)
    result.setAside++
  }

  async function remove(key: BlobKey): Promise<void> {
    await blobs.delete(key)
    result.removed++
  }

  /** The next sweep meets again what would not go: the others must not wait for it for ever. */
  async function take(orphan: BlobStat, away: (key: BlobKey) => Promise<void>): Promise<void> {
    signal.throwIfAborted()
    const { key } = orphan
    try {
      if (!(await isReplaced(orphan))) await away(key)
    } catch (error) {
      result.left++
      // Where nothing can be deleted there is no end of renditions, and a line for each says no more.
      if (result.left > maxOrphanedOriginals) return
      log.warn({ event: 'orphan', key, err: error }, 'what no row names would not go')
    }
  }

  const originals: BlobStat[] = []
  for await (const orphan of findOrphans(originalsPrefix)) {
    originals.push(orphan)
    if (originals.length > maxOrphanedOriginals) return { ...result, isCatalogDoubted: true }
  }
  for (const orphan of originals) await take(orphan, move)
  for await (const orphan of findOrphans(renditionsPrefix)) await take(orphan, remove)
  return { ...result, isCatalogDoubted: false }
}

/** Whether no row names a blob; `false` for one that Tintype did not make. */
export async function isOrphan({ key }: BlobStat, catalog: CatalogReader): Promise<boolean> {
  const owner = readBlobKey(key)
  if (!owner) return false
  if (owner.kind === 'rendition') return !(await catalog.getRendition(owner.id, owner.name, owner.format))
  const photo = await catalog.get(owner.id)
  return photo?.format !== owner.format
}
