import type { CatalogReader } from '@tintype/catalog'
import type { BlobStat, BlobStore } from '@tintype/storage'
import { readBlobKey, renditionsPrefix } from '../blob-keys.ts'
import { checkBlob } from './check-blob.ts'

/** Systems write files to the disk after half a minute, unless they are set to wait longer. */
const unsafeForMs = 10 * 60 * 1000

/** Which renditions are compared. */
export interface TornRenditionOptions {
  /** Only those that were written before this: a power cut since then would have ended this process. */
  readonly before: Date
  readonly signal: AbortSignal
}

/**
 * Compares the renditions that were written in the last ten minutes before `before` in which any were, and removes those
 * that differ from their row or have none. Tintype compares each when it reads it; this is for others that send the files of
 * a disk. Removed renditions are made again. Those whose photo does not exist are left to the sweep.
 *
 * No other server may write to the store.
 *
 * @returns how many were removed
 * @throws what store and catalog throw, and the signal's reason
 */
export async function removeTornRenditions(
  { blobs, catalog }: { readonly blobs: BlobStore; readonly catalog: CatalogReader },
  { before, signal }: TornRenditionOptions,
): Promise<number> {
  let removed = 0
  for (const { key, version } of await findNewest(blobs, { before, signal })) {
    signal.throwIfAborted()
    const reference = readBlobKey(key)
    if (reference?.kind !== 'rendition') continue
    const { id, name, format } = reference
    const expected = await catalog.getRendition(id, name, format)
    if (!expected && !(await catalog.get(id))) continue
    if (expected && !(await checkBlob({ blobs, key, expected }, { signal }))) continue
    if ((await blobs.stat(key))?.version !== version) continue // it has just been made again
    await blobs.delete(key)
    removed += 1
  }
  return removed
}

async function findNewest(blobs: BlobStore, { before, signal }: TornRenditionOptions): Promise<BlobStat[]> {
  let newest: BlobStat[] = []
  let newestAtMs = 0
  for await (const blob of blobs.list(renditionsPrefix)) {
    signal.throwIfAborted()
    const { modifiedAtMs } = blob
    if (modifiedAtMs >= before.getTime() || modifiedAtMs < newestAtMs - unsafeForMs) continue
    newest.push(blob)
    if (modifiedAtMs <= newestAtMs + unsafeForMs / 10) continue
    newestAtMs = modifiedAtMs
    newest = newest.filter((one) => one.modifiedAtMs >= newestAtMs - unsafeForMs)
  }
  return newest
}
