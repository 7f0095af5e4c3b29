import type { PhotoCatalog } from '@tintype/catalog'
import { hasOriginals } from '@tintype/photos'
import type { BlobReader } from '@tintype/storage'
import type { Config } from './config.ts'
import { ConfigError } from './config-error.ts'

/**
 * Refuses to serve photos of which not one has its file: the disk with them is not mounted, and what came now would be
 * stored in the place where it belongs.
 *
 * @throws ConfigError; what catalog and store throw
 */
export async function refuseLostMedia(
  { storage }: Pick<Config, 'storage'>,
  { catalog, blobs }: { readonly catalog: PhotoCatalog; readonly blobs: BlobReader },
): Promise<void> {
  if (storage.kind === 'memory' || (await catalog.count()) === 0 || (await hasOriginals(blobs))) return
  throw new ConfigError(
    `The catalog has photos, and ${storage.directory} has no file of any: mount the disk that it is on, or bring the files back from a backup`,
  )
}
