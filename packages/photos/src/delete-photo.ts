import type { ChangeOptions, PhotoCatalog } from '@tintype/catalog'
import { isTintypeError, type PhotoId, TintypeError } from '@tintype/contract'
import type { BlobKey, BlobStore } from '@tintype/storage'
import { originalKey, renditionKey } from './blob-keys.ts'
import { photoNotFound } from './photo-not-found.ts'

/** Most blobs that are remembered for another try (10 000 keys need 2 MB). The sweep of orphans finds the others. */
const maxRememberedBlobs = 10_000

/** Deletes photos, and remembers bytes that could not be removed. */
export interface PhotoDeletion {
  /**
   * Deletes a photo: first its row, which makes it unknown to every request, then its bytes. Once this resolves, the row,
   * the original and all renditions are removed. A crash in between leaves orphans, which the sweep handles.
   *
   * @throws PHOTO_NOT_FOUND, and what the catalog throws: then the photo is unchanged, unless the outcome is unknown. If its
   * row was deleted, a sweep moves its original to quarantine
   * @throws what the store throws, with another message: then the row is deleted, and the bytes are remembered
   */
  deletePhoto(id: PhotoId, options?: ChangeOptions): Promise<void>
  /** Tries again to remove the remembered bytes. Resolves with the numbers of blobs that were removed and that remain. */
  removeRememberedBytes(): Promise<{ readonly removed: number; readonly left: number }>
}

/** Wires deletion. Remembered keys are lost when the process ends: then the sweep handles those blobs as orphans. */
export function createPhotoDeletion({
  blobs,
  catalog,
}: {
  readonly blobs: BlobStore
  readonly catalog: PhotoCatalog
}): PhotoDeletion {
  // A key is never used again, because photo ids are not.
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

/** The failure with a text for the client, which need not repeat the call. */
function bytesAreLeft(cause: unknown): TintypeError {
  const code = isTintypeError(cause) ? cause.code : 'INTERNAL'
  const detail = 'The photo is deleted, but its files could not be removed yet; the server tries again'
  return new TintypeError(code, detail, { cause })
}
