import type { BlobStat, BlobStore } from '@tintype/storage'

/** What was removed from quarantine. */
export interface Emptied {
  readonly removed: number
  readonly byteSize: number
}

/** What is removed. */
export interface EmptyOptions {
  /** What was put aside since then stays. */
  readonly before: Date
  readonly signal: AbortSignal
}

/**
 * Removes what has been in quarantine since before a moment, for ever. A file counts from when it was put aside, or copied there,
 * however old its bytes are.
 *
 * @throws what the store throws, and the signal's reason
 */
export async function emptyQuarantine(store: BlobStore, { before, signal }: EmptyOptions): Promise<Emptied> {
  let removed = 0
  let byteSize = 0
  for await (const blob of store.list('')) {
    signal.throwIfAborted()
    if (putAsideAtMs(blob) >= before.getTime()) continue
    await store.delete(blob.key)
    removed += 1
    byteSize += blob.byteSize
  }
  return { removed, byteSize }
}

function putAsideAtMs({ modifiedAtMs, keyedAtMs = 0 }: BlobStat): number {
  return Math.max(modifiedAtMs, keyedAtMs)
}
