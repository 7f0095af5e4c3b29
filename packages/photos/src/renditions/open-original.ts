import type { PhotoRecord } from '@tintype/catalog'
import type { BlobStore, Staging } from '@tintype/storage'
import { originalKey } from '../blob-keys.ts'
import { photoNotFound } from '../photo-not-found.ts'

/** An original in a file, for decoders to read. Disposing it removes the file if that is a copy. */
export interface OriginalFile extends AsyncDisposable {
  readonly path: string
}

/**
 * Opens an original as a file. If its store has no local path for it, its bytes are copied into a scratch file: memory
 * does not grow with them.
 *
 * @throws PHOTO_NOT_FOUND if the bytes are missing (threat B181); errors of store and staging
 */
export async function openOriginal(
  photo: PhotoRecord,
  { blobs, staging }: { readonly blobs: BlobStore; readonly staging: Staging },
): Promise<OriginalFile> {
  const key = originalKey(photo.id, photo.format)
  const path = await blobs.localPath?.(key)
  if (path !== undefined) return { path, async [Symbol.asyncDispose]() {} }
  const original = await blobs.open(key)
  if (!original) throw photoNotFound()
  await using opening = new AsyncDisposableStack()
  opening.defer(() => void original.body.destroy())
  const scratch = opening.use(await staging.makeScratchFile())
  await scratch.fill(original.body)
  const owned = opening.move()
  return { path: scratch.path, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}
