import type { BlobDeletion, ChangeOptions, PhotoCatalog } from '@tintype/catalog'
import { isTintypeError, type PhotoId, TintypeError } from '@tintype/contract'
import type { BlobKey, BlobStore } from '@tintype/storage'
import { originalKey, renditionKey, renditionsPrefixOf } from './blob-keys.ts'
import { photoNotFound } from './photo-not-found.ts'

/** A rendition that another server began before a deletion is stored within this time after it. */
const finalAgeMs = 15 * 60 * 1000

/** Deletions that are read at once. */
const pageSize = 100

/** If so many fail, the store is away, and the others would fail as well. */
const maxFailures = 100

/** What was done with the files of deleted photos. */
export interface FinishedDeletions {
  /** Files that were found and removed. */
  readonly removed: number
  /** Photos whose files could not be removed, or not all. */
  readonly left: number
}

/** Deletes photos, in two steps. */
export interface PhotoDeletion {
  /**
   * Deletes a photo: first its row, which makes it unknown to every request, then its bytes. Once this resolves, the row,
   * the original and all renditions are removed. After a crash in between, `finishDeletions` removes the bytes.
   *
   * @throws PHOTO_NOT_FOUND, and what the catalog throws: then the photo is unchanged, unless the outcome is unknown
   * @throws what the store throws, with another message: then the row is deleted, and the bytes are removed later
   */
  deletePhoto(id: PhotoId, options?: ChangeOptions): Promise<void>
  /**
   * Removes the files of photos that were deleted a while ago: those that a crash or a failure has left, and renditions that
   * another server was making then. What cannot be removed stays noted for the next call.
   *
   * @param options.minAgeMs 15 minutes if absent
   * @throws what the catalog throws
   */
  finishDeletions(options?: {
    readonly minAgeMs?: number | undefined
    readonly signal?: AbortSignal | undefined
  }): Promise<FinishedDeletions>
}

/** Wires deletion. */
export function createPhotoDeletion({
  blobs,
  catalog,
}: {
  readonly blobs: BlobStore
  readonly catalog: PhotoCatalog
}): PhotoDeletion {
  /** Removes everything of a deleted photo. @returns the number of files */
  async function clear({ photoId, format }: BlobDeletion): Promise<number> {
    const original = originalKey(photoId, format)
    const keys: BlobKey[] = (await blobs.stat(original)) ? [original] : []
    for await (const { key } of blobs.list(renditionsPrefixOf(photoId))) keys.push(key)
    await Promise.all(keys.map((key) => blobs.delete(key)))
    return keys.length
  }

  async function finish(deletion: BlobDeletion): Promise<number> {
    // A library that was copied may have the photo again, under the same id.
    const removed = (await catalog.get(deletion.photoId)) ? 0 : await clear(deletion)
    await catalog.endBlobDeletion(deletion.photoId)
    return removed
  }

  return {
    async deletePhoto(id, options) {
      const deleted = await catalog.delete(id, options)
      if (!deleted) throw photoNotFound()
      const { photo, renditions } = deleted
      const made = renditions.map(({ name, format }) => renditionKey(id, name, format))
      const keys = [originalKey(id, photo.format), ...made]
      const outcomes = await Promise.allSettled(keys.map((key) => blobs.delete(key)))
      const failed = outcomes.find((outcome) => outcome.status === 'rejected')
      if (failed) throw bytesAreLeft(failed.reason)
    },

    async finishDeletions({ minAgeMs = finalAgeMs, signal } = {}) {
      const result = { removed: 0, left: 0 }
      // Those that fail stay in the list, before the others.
      for (;;) {
        const due = await catalog.listBlobDeletions({ minAgeMs, limit: pageSize + result.left })
        const next = due.slice(result.left)
        if (next.length === 0) return result
        for (const deletion of next) {
          signal?.throwIfAborted()
          const removed = await finish(deletion).catch(() => undefined)
          if (removed === undefined) result.left += 1
          else result.removed += removed
        }
        if (result.left >= maxFailures) return result
      }
    },
  }
}

/** The failure with a text for the client, which need not repeat the call. */
function bytesAreLeft(cause: unknown): TintypeError {
  const code = isTintypeError(cause) ? cause.code : 'INTERNAL'
  const detail = 'The photo is deleted, but its files could not be removed yet; the server tries again'
  return new TintypeError(code, detail, { cause })
}
