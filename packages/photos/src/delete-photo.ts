import type { PhotoCatalog } from '@tintype/catalog'
import type { PhotoId } from '@tintype/contract'
import type { BlobStore } from '@tintype/storage'
import { originalKey, renditionKey } from './blob-keys.ts'
import { photoNotFound } from './renditions.ts'

/**
 * Deletes a photo: the row first, so that from then on it does not exist, then its bytes. Once this resolves,
 * row, original and every rendition are gone; a crash in between leaves orphans to the sweep.
 *
 * @throws PHOTO_NOT_FOUND, and what store and catalog throw
 */
export async function deletePhoto(
  id: PhotoId,
  { blobs, catalog }: { blobs: BlobStore; catalog: PhotoCatalog },
): Promise<void> {
  const deleted = await catalog.delete(id)
  if (!deleted) throw photoNotFound()
  const { photo, renditions } = deleted
  const keys = renditions.map(({ name, format }) => renditionKey(id, name, format))
  await Promise.all([originalKey(id, photo.format), ...keys].map((key) => blobs.delete(key)))
}
