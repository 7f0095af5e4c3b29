import type { PhotoCatalog } from '@tintype/catalog'
import type { BlobStat, BlobStore } from '@tintype/storage'
import { renditionsPrefix } from '../blob-keys.ts'
import { readRemadeKey } from '../renditions/is-remade.ts'

const hourMs = 60 * 60 * 1000
/** Share of the budget that an eviction leaves: otherwise each new rendition would begin another one. */
const keptShare = 0.9

/** What there was, and what was removed. */
export interface Eviction {
  /** Renditions of all kinds, and their bytes, before. */
  readonly renditions: number
  readonly byteSize: number
  /** Those that were removed, and their bytes. */
  readonly removed: number
  readonly removedByteSize: number
}

/** How renditions are evicted. */
export interface EvictionOptions {
  /** Most bytes of all renditions. */
  readonly maxByteSize: number
  /** Whether nothing is removed, and only counted. @default false */
  readonly isDryRun?: boolean | undefined
  readonly signal: AbortSignal
  /** Called after each rendition that was read or removed. @default nothing */
  readonly onProgress?: ((done: { readonly read: number; readonly removed: number }) => void) | undefined
}

/**
 * If all renditions have more bytes than allowed, removes those that were not used for longest, until a tenth of the budget is
 * free. A rendition was used when the store says so, or when it was made. Removed are only those that a request makes again, and
 * never originals. A client that is reading one gets all of it.
 *
 * Reads the list of renditions, twice if some are removed, and needs little memory however many there are.
 *
 * @throws errors of store and catalog, and the signal's reason
 */
export async function evictRenditions(
  { blobs, catalog }: { readonly blobs: BlobStore; readonly catalog: PhotoCatalog },
  { maxByteSize, isDryRun = false, signal, onProgress = () => undefined }: EvictionOptions,
): Promise<Eviction> {
  const byHour = new Map<number, number>()
  let renditions = 0
  let byteSize = 0
  for await (const blob of blobs.list(renditionsPrefix)) {
    signal.throwIfAborted()
    renditions += 1
    byteSize += blob.byteSize
    const hour = hourOf(blob)
    if (readRemadeKey(blob.key)) byHour.set(hour, (byHour.get(hour) ?? 0) + blob.byteSize)
    onProgress({ read: renditions, removed: 0 })
  }
  let removed = 0
  let removedByteSize = 0
  if (byteSize > maxByteSize) {
    const quotas = quotasOf(byHour, byteSize - maxByteSize * keptShare)
    for await (const blob of blobs.list(renditionsPrefix)) {
      signal.throwIfAborted()
      const quota = quotas.get(hourOf(blob)) ?? 0
      const reference = quota > 0 ? readRemadeKey(blob.key) : undefined
      if (!reference) continue
      quotas.set(hourOf(blob), quota - blob.byteSize)
      removed += 1
      removedByteSize += blob.byteSize
      onProgress({ read: renditions, removed })
      if (isDryRun) continue
      await catalog.deleteRendition(reference.id, reference.name, reference.format)
      await blobs.delete(blob.key)
    }
  }
  return { renditions, byteSize, removed, removedByteSize }
}

/** The hour in which a rendition was last used. */
function hourOf({ modifiedAtMs, usedAtMs = 0 }: BlobStat): number {
  return Math.floor(Math.max(modifiedAtMs, usedAtMs) / hourMs)
}

/** The bytes to remove of each hour, so that the oldest hours are removed whole and the last one in part. */
function quotasOf(byHour: ReadonlyMap<number, number>, byteSize: number): Map<number, number> {
  const quotas = new Map<number, number>()
  let left = byteSize
  for (const [hour, inHour] of [...byHour].sort(([a], [b]) => a - b)) {
    if (left <= 0) break
    quotas.set(hour, Math.min(inHour, left))
    left -= inHour
  }
  return quotas
}
