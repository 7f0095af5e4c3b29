import { setTimeout as delay } from 'node:timers/promises'
import type { BlobStat } from '@tintype/storage'
import { readBlobKey } from '../blob-keys.ts'
import type { LibraryReaders } from './library-readers.ts'
import { isOrphan } from './sweep-orphans.ts'

/**
 * Deletions remove their row a moment before the bytes, and renditions are stored a moment before theirs: what looks
 * wrong in such a moment is looked at again after this long.
 */
export const settleMs = 1000

/** Orphans that are remembered until they are looked at again (10 000 take 2 MB). */
const batchSize = 10_000

/** How orphans are told from what is under way. */
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
  let suspects: BlobStat[] = []
  for await (const blob of library.blobs.list('')) {
    signal.throwIfAborted()
    onBlob?.(blob)
    if (readBlobKey(blob.key) === undefined) yield { kind: 'foreign', blob }
    else if (blob.modifiedAtMs < before.getTime() && (await isOrphan(blob, library.catalog)))
      suspects.push(blob)
    if (suspects.length < batchSize) continue
    yield* confirm(suspects, library, signal)
    suspects = []
  }
  if (suspects.length > 0) yield* confirm(suspects, library, signal)
}

async function* confirm(
  suspects: readonly BlobStat[],
  { blobs, catalog }: LibraryReaders,
  signal: AbortSignal,
) {
  await delay(settleMs, undefined, { signal })
  for (const blob of suspects) {
    const isSame = (await blobs.stat(blob.key))?.version === blob.version
    if (isSame && (await isOrphan(blob, catalog))) yield { kind: 'orphan' as const, blob }
  }
}
