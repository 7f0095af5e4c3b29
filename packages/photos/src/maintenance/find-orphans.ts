import { setTimeout as delay } from 'node:timers/promises'
import type { BlobStat } from '@tintype/storage'
import { readBlobKey } from '../blob-keys.ts'
import type { LibraryReaders } from './library-readers.ts'
import { pageSize, selectOrphans } from './select-orphans.ts'

/**
 * A deletion removes the row a moment before the bytes, and a rendition's bytes are stored a moment before its row. What
 * looks wrong in such a moment is checked again after this time.
 */
export const settleMs = 1000

/** Orphans that are remembered until they are checked again (10 000 take 2 MB). */
const batchSize = 10_000

/** How orphans are distinguished from uploads under way. */
export interface OrphanOptions {
  /** Bytes written after this may still get their row (threats B172, B186). */
  readonly before: Date
  readonly signal: AbortSignal
  /** Called with each blob that is looked at. */
  readonly onBlob?: (blob: BlobStat) => void
}

/** Every blob that no row names, and every one whose key Tintype did not make. */
export async function* findStrayBlobs(
  library: LibraryReaders,
  { before, signal, onBlob }: OrphanOptions,
): AsyncGenerator<{ readonly kind: 'orphan' | 'foreign'; readonly blob: BlobStat }> {
  let old: BlobStat[] = []
  let suspects: BlobStat[] = []
  for await (const blob of library.blobs.list('')) {
    signal.throwIfAborted()
    onBlob?.(blob)
    if (readBlobKey(blob.key) === undefined) yield { kind: 'foreign', blob }
    else if (blob.modifiedAtMs < before.getTime()) old.push(blob)
    if (old.length < pageSize) continue
    for await (const orphan of selectOrphans(old, library.catalog)) suspects.push(orphan)
    old = []
    if (suspects.length < batchSize) continue
    yield* confirm(suspects, library, signal)
    suspects = []
  }
  for await (const orphan of selectOrphans(old, library.catalog)) suspects.push(orphan)
  if (suspects.length > 0) yield* confirm(suspects, library, signal)
}

async function* confirm(
  suspects: readonly BlobStat[],
  { blobs, catalog }: LibraryReaders,
  signal: AbortSignal,
) {
  await delay(settleMs, undefined, { signal })
  async function* unchanged() {
    for (const blob of suspects) if ((await blobs.stat(blob.key))?.version === blob.version) yield blob
  }
  for await (const blob of selectOrphans(unchanged(), catalog)) yield { kind: 'orphan' as const, blob }
}
