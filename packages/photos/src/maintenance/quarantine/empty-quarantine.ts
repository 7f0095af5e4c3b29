import { isPhotoId, parseMediaPath } from '@tintype/contract'
import { type BlobKey, type BlobStat, type BlobStore, parseBlobKey } from '@tintype/storage'
import { readBlobKey } from '../../blob-keys.ts'

/** What was removed from quarantine. */
export interface Emptied {
  readonly removed: number
  readonly byteSize: number
  /** Files that could not be removed. The next call tries again. */
  readonly left: number
  /** Why the first of them could not be removed; absent if there is none. */
  readonly err?: unknown
}

/** What is removed. */
export interface EmptyOptions {
  /** What was put aside since then stays. */
  readonly before: Date
  readonly signal: AbortSignal
}

/**
 * Removes what has been in quarantine since before a moment, for ever. A file counts from when it was put aside, or copied there,
 * however old its bytes are. Files with other names than Tintype gives stay: an operator may have put them there.
 *
 * @throws what the store throws while it is listed, and the signal's reason
 */
export async function emptyQuarantine(store: BlobStore, { before, signal }: EmptyOptions): Promise<Emptied> {
  let removed = 0
  let byteSize = 0
  let left = 0
  let first: unknown
  for await (const blob of store.list('')) {
    signal.throwIfAborted()
    if (putAsideAtMs(blob) >= before.getTime() || !isPutAside(blob.key)) continue
    try {
      await store.delete(blob.key)
    } catch (error) {
      if (left === 0) first = error
      left += 1
      continue
    }
    removed += 1
    byteSize += blob.byteSize
  }
  return { removed, byteSize, left, ...(left > 0 && { err: first }) }
}

function putAsideAtMs({ modifiedAtMs, keyedAtMs = 0 }: BlobStat): number {
  return Math.max(modifiedAtMs, keyedAtMs)
}

/** Whether quarantine gives this name: an original without a row keeps its key, a broken photo is `{id}.json` and `{id}.{extension}`. */
function isPutAside(key: BlobKey): boolean {
  const name = parseBlobKey(key.replace(/\.[1-9]\d*$/, '')) // the number of one whose name was taken
  if (name.includes('/')) return readBlobKey(name)?.kind === 'original'
  return (
    (name.endsWith('.json') && isPhotoId(name.slice(0, -5))) ||
    parseMediaPath(`/${name}`)?.kind === 'original'
  )
}
