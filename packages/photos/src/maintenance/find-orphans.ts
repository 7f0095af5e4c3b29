import { setTimeout as delay } from 'node:timers/promises'
import type { BlobStat } from '@tintype/storage'
import { readBlobKey } from '../blob-keys.ts'
import type { LibraryReaders } from './library-readers.ts'
import { orphansAmong, pagesOf, selectOrphans } from './select-orphans.ts'

/**
 * A deletion removes the row a moment before the bytes, and a rendition's bytes are stored a moment before its row. A
 * difference is checked again after this time, milliseconds.
 */
export const settleMs = 1000

/** Orphans that are remembered until they are checked again (10 000 need 2 MB). */
const batchSize = 10_000

/** How orphans are distinguished from uploads that are not finished. */
export interface OrphanOptions {
  /** Bytes written after this may still get their row (threats B172, B186). */
  readonly before: Date
  readonly signal: AbortSignal
  /** Called with each blob. */
  readonly onBlob?: (blob: BlobStat) => void
}

/** Every blob that no row names, and every one whose key Tintype did not make. */
export async function* findStrayBlobs(
  library: LibraryReaders,
  { before, signal, onBlob }: OrphanOptions,
): AsyncGenerator<{ readonly kind: 'orphan' | 'foreign'; readonly blob: BlobStat }> {
  const suspects: BlobStat[] = []
  for await (const page of pagesOf(library.blobs.list(''))) {
    signal.throwIfAborted()
    for (const blob of page) {
      onBlob?.(blob)
      if (readBlobKey(blob.key) === undefined) yield { kind: 'foreign', blob }
    }
    const old = page.filter(({ modifiedAtMs }) => modifiedAtMs < before.getTime())
    suspects.push(...(await orphansAmong(old, library.catalog)))
    if (suspects.length >= batchSize) yield* confirm(suspects.splice(0), library, signal)
  }
  if (suspects.length > 0) yield* confirm(suspects, library, signal)
}

/** The suspects that still have no row, and whose bytes were not replaced. */
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
