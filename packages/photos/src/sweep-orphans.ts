import type { CatalogReader } from '@tintype/catalog'
import type { BlobStat, BlobStore } from '@tintype/storage'
import { originalsPrefix, readBlobKey, renditionsPrefix } from './blob-keys.ts'

/** What a sweep did. */
export interface SweepResult {
  /** Blobs looked at. */
  readonly seen: number
  /** Blobs without a row, removed. */
  readonly removed: number
}

/**
 * Removes blobs that no row names: what a crash between bytes and row, or between row and bytes of a delete,
 * has left behind. Younger ones are left alone, because their row may be on its way (threat B172); so are those
 * that are replaced meanwhile, and files that Tintype did not make.
 *
 * @throws what store and catalog throw, and the signal's reason
 */
export async function sweepOrphans(
  { blobs, catalog }: { blobs: BlobStore; catalog: CatalogReader },
  { before, signal }: { before: Date; signal: AbortSignal },
): Promise<SweepResult> {
  let seen = 0
  let removed = 0
  for (const prefix of [originalsPrefix, renditionsPrefix]) {
    for await (const blob of blobs.list(prefix)) {
      signal.throwIfAborted()
      seen++
      if (blob.modifiedAtMs >= before.getTime() || !(await isOrphan(blob, catalog))) continue
      // A rendition that is made again replaces what a crash has left, and its row comes after its bytes.
      if ((await blobs.stat(blob.key))?.modifiedAtMs !== blob.modifiedAtMs) continue
      await blobs.delete(blob.key)
      removed++
    }
  }
  return { seen, removed }
}

/** Whether no row names a blob; `false` for one that Tintype did not make. */
export async function isOrphan({ key }: BlobStat, catalog: CatalogReader): Promise<boolean> {
  const owner = readBlobKey(key)
  if (!owner) return false
  if (owner.kind === 'rendition') return !(await catalog.getRendition(owner.id, owner.name, owner.format))
  const photo = await catalog.get(owner.id)
  return photo?.format !== owner.format
}
