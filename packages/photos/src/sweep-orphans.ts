import type { CatalogReader } from '@tintype/catalog'
import type { BlobStat, BlobStore } from '@tintype/storage'
import { originalsPrefix, readBlobKey, renditionsPrefix } from './blob-keys.ts'

/** What a sweep did. */
export interface SweepResult {
  /** Blobs looked at. */
  readonly seen: number
  /** Blobs without a row, removed. */
  readonly removed: number
  /** Whether it stopped because so many originals have no row that the catalog must be the wrong one. */
  readonly isCatalogDoubted: boolean
}

/** How a sweep tells what to remove. */
export interface SweepOptions {
  /** Younger blobs are left alone: their row may be on its way (threat B172). */
  readonly before: Date
  /**
   * With more originals without a row than this the catalog is doubted. A crash leaves one for each upload in flight; more
   * come from a catalog that is older than its files, and then they are all that is left of their photos (threat B184).
   */
  readonly maxOrphanedOriginals: number
  readonly signal: AbortSignal
}

/**
 * Removes blobs that no row names: what a crash between bytes and row, or between row and bytes of a delete,
 * has left behind. What is replaced meanwhile is left alone, and so are files that Tintype did not make. Where the
 * catalog is doubted, nothing is removed.
 *
 * @throws what store and catalog throw, and the signal's reason
 */
export async function sweepOrphans(
  { blobs, catalog }: { blobs: BlobStore; catalog: CatalogReader },
  { before, maxOrphanedOriginals, signal }: SweepOptions,
): Promise<SweepResult> {
  let seen = 0
  let removed = 0

  async function* findOrphans(prefix: string): AsyncGenerator<BlobStat> {
    for await (const blob of blobs.list(prefix)) {
      signal.throwIfAborted()
      seen++
      if (blob.modifiedAtMs < before.getTime() && (await isOrphan(blob, catalog))) yield blob
    }
  }

  async function remove({ key, modifiedAtMs }: BlobStat): Promise<void> {
    signal.throwIfAborted()
    // A rendition that is made again replaces what a crash has left, and its row comes after its bytes.
    if ((await blobs.stat(key))?.modifiedAtMs !== modifiedAtMs) return
    await blobs.delete(key)
    removed++
  }

  const originals: BlobStat[] = []
  for await (const orphan of findOrphans(originalsPrefix)) {
    originals.push(orphan)
    if (originals.length > maxOrphanedOriginals) return { seen, removed, isCatalogDoubted: true }
  }
  for (const orphan of originals) await remove(orphan)
  for await (const orphan of findOrphans(renditionsPrefix)) await remove(orphan)
  return { seen, removed, isCatalogDoubted: false }
}

/** Whether no row names a blob; `false` for one that Tintype did not make. */
export async function isOrphan({ key }: BlobStat, catalog: CatalogReader): Promise<boolean> {
  const owner = readBlobKey(key)
  if (!owner) return false
  if (owner.kind === 'rendition') return !(await catalog.getRendition(owner.id, owner.name, owner.format))
  const photo = await catalog.get(owner.id)
  return photo?.format !== owner.format
}
