import type { ChangeOptions, PhotoCatalog } from '@tintype/catalog'
import { isTintypeError, type PhotoId, TintypeError } from '@tintype/contract'
import type { BlobKey, BlobStore } from '@tintype/storage'
import { originalKey, renditionKey } from './blob-keys.ts'
import { photoNotFound } from './photo-not-found.ts'

/** Most blobs that are remembered to be removed later; the sweep of orphans finds the rest (10 000 keys take 2 MB). */
const maxRememberedBlobs = 10_000

/** Deletes photos, and remembers the bytes that could not be removed. */
export interface PhotoDeletion {
  /**
   * Deletes a photo: the row first, so that from then on it does not exist, then its bytes. Once this resolves,
   * row, original and every rendition are gone; a crash in between leaves orphans to the sweep.
   *
   * @throws PHOTO_NOT_FOUND, and what the catalog throws: then the photo is as it was, unless the outcome is unknown. If it
   * was deleted all the same, a sweep sets its original aside
   * @throws what the store throws, with another message: then the photo is gone, and its bytes are remembered
   */
  deletePhoto(id: PhotoId, options?: ChangeOptions): Promise<void>
  /** Removes the bytes that are remembered. Resolves with how many were removed, and how many could not be removed again. */
  removeRememberedBytes(): Promise<{ readonly removed: number; readonly left: number }>
}

/** Wires deletion. What it remembers is lost with the process: the sweep then takes it away as orphans. */
export function createPhotoDeletion({
  blobs,
  catalog,
}: {
  readonly blobs: BlobStore
  readonly catalog: PhotoCatalog
}): PhotoDeletion {
  // No key comes back: ids of photos are never given twice.
  const remembered = new Set<BlobKey>()

  return {
    async deletePhoto(id, options) {
      const deleted = await catalog.delete(id, options)
      if (!deleted) throw photoNotFound()
      const { photo, renditions } = deleted
      const made = renditions.map(({ name, format }) => renditionKey(id, name, format))
      const keys = [originalKey(id, photo.format), ...made]
      const outcomes = await Promise.allSettled(keys.map((key) => blobs.delete(key)))
      const failed = outcomes.find((outcome) => outcome.status === 'rejected')
      if (!failed) return
      for (const [at, outcome] of outcomes.entries()) {
        const key = keys[at]
        if (key && outcome.status === 'rejected' && remembered.size < maxRememberedBlobs) remembered.add(key)
      }
      throw bytesAreLeft(failed.reason)
    },

    async removeRememberedBytes() {
      let removed = 0
      for (const key of [...remembered]) {
        const isGone = await blobs.delete(key).then(
          () => true,
          () => false,
        )
        if (!isGone) continue
        remembered.delete(key)
        removed += 1
      }
      return { removed, left: remembered.size }
    },
  }
}

/** The failure, told as what it means to who asked: to ask again is of no use. */
function bytesAreLeft(cause: unknown): TintypeError {
  const code = isTintypeError(cause) ? cause.code : 'INTERNAL'
  const detail = 'The photo is deleted, but its files could not be removed yet; the server tries again'
  return new TintypeError(code, detail, { cause })
}
