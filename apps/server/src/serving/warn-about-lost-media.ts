import type { PhotoCatalog } from '@tintype/catalog'
import { hasOriginals, type Log } from '@tintype/photos'
import type { BlobReader } from '@tintype/storage'
import type { Config } from '../config/config.ts'
import { storageDirectory } from '../config/storage-url.ts'

/**
 * Logs an error if the catalog has photos and none of their files exists. Most likely their disk is not mounted, and new
 * uploads are stored in the empty mount point. The start is not refused, because a small library can have lost its files one
 * by one.
 *
 * @throws errors of catalog and store
 */
export async function warnAboutLostMedia(
  { storage }: Pick<Config, 'storage'>,
  { catalog, blobs, log }: { readonly catalog: PhotoCatalog; readonly blobs: BlobReader; readonly log: Log },
): Promise<void> {
  if (storage.kind === 'memory' || (await catalog.count()) === 0 || (await hasOriginals(blobs))) return
  log.error(
    { event: 'media-lost', directory: storageDirectory(storage) },
    'the catalog has photos, but none of their files exists; check that their disk is mounted',
  )
}
