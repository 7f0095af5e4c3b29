import type { PhotoCatalog } from '@tintype/catalog'
import { hasOriginals, type Log } from '@tintype/photos'
import type { BlobReader } from '@tintype/storage'
import type { Config } from '../config/config.ts'

/**
 * Tells the operator of photos of which not one has its file: most likely the disk with them is not mounted, and what comes
 * now is stored in the place where it belongs. Not a reason to refuse a start: a small library can have lost its files
 * one by one.
 *
 * @throws what catalog and store throw
 */
export async function warnAboutLostMedia(
  { storage }: Pick<Config, 'storage'>,
  { catalog, blobs, log }: { readonly catalog: PhotoCatalog; readonly blobs: BlobReader; readonly log: Log },
): Promise<void> {
  if (storage.kind === 'memory' || (await catalog.count()) === 0 || (await hasOriginals(blobs))) return
  log.error(
    { event: 'media-lost', directory: storage.directory },
    'the catalog has photos, and there is no file of any: is their disk mounted?',
  )
}
