import type { BlobKey, BlobReader } from '@tintype/storage'
import { checkBlob } from '../maintenance/check-blob.ts'
import { canBeTorn } from './expendable-renditions.ts'
import type { Media } from './find-media.ts'

/** Most renditions whose hash is known to be right; about 2 MB. */
const maxKnown = 10_000

/**
 * Returns a function that resolves with whether a store has all bytes of some media, for servers that let others send them.
 * Sizes are compared. On a local disk, renditions that were written before this process began are also compared with their
 * hash, once: since then the power may have been cut.
 */
export function createMediaCheck(
  blobs: Pick<BlobReader, 'open' | 'stat' | 'localPath'>,
): (media: Media) => Promise<boolean> {
  const known = new Set<BlobKey>()
  return async (media) => {
    const { key, byteSize, sha256 } = media
    const stored = await blobs.stat(key)
    if (stored?.byteSize !== byteSize) return false
    const mayBeOld = blobs.localPath !== undefined && stored.modifiedAtMs < performance.timeOrigin
    if (!mayBeOld || !canBeTorn(media) || known.has(key)) return true
    if (await checkBlob({ blobs, key, expected: { byteSize, sha256 } })) return false
    known.add(key)
    for (const oldest of known) {
      if (known.size <= maxKnown) break
      known.delete(oldest)
    }
    return true
  }
}
