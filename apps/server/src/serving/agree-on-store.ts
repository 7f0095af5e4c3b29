import { randomBytes } from 'node:crypto'
import type { PhotoCatalog } from '@tintype/catalog'
import { hasOriginals } from '@tintype/photos'
import type { BlobStore, StoreClaim } from '@tintype/storage'
import type { Config } from '../config/config.ts'
import { ConfigError } from '../config/config-error.ts'
import { storageName } from '../config/engines/storage-url.ts'

/**
 * Checks that catalog and store belong to one library. A library that has no claim yet makes it here.
 *
 * @throws ConfigError, with what the operator can do, if they belong to two; errors of catalog and store
 */
export async function agreeOnStore(
  { storage }: Pick<Config, 'storage'>,
  { catalog, blobs }: { readonly catalog: PhotoCatalog; readonly blobs: BlobStore },
): Promise<void> {
  const library = await catalog.readLibrary()
  const claim = (await blobs.readClaim()) ?? (await makeClaim(library, { catalog, blobs }))
  if (claim === undefined) return
  const name = storageName(storage)
  if (claim.libraryId !== library.id)
    throw new ConfigError(
      `The photos in ${name} belong to another library than the catalog. Check TINTYPE_STORAGE_URL and TINTYPE_DATABASE_URL: each library needs a store of its own. If the catalog is the right one, remove the file library.json of the storage, and start again`,
    )
  // A write only if it is needed: a start on a full disk can read.
  const { storeId } = library.storeId === null ? await catalog.pairWithStore(claim.storeId) : library
  if (storeId === claim.storeId) return
  throw new ConfigError(
    `The library of this catalog has its photos in another store than ${name}: it was moved. Check TINTYPE_STORAGE_URL`,
  )
}

/** `undefined` if the photos are lost: a claim would be written into the empty mount point of their disk. */
async function makeClaim(
  library: { readonly id: string; readonly storeId: string | null },
  { catalog, blobs }: { readonly catalog: PhotoCatalog; readonly blobs: BlobStore },
): Promise<StoreClaim | undefined> {
  if ((await catalog.count()) > 0 && !(await hasOriginals(blobs))) return undefined
  const storeId = library.storeId ?? randomBytes(16).toString('hex')
  return await blobs.claim({ libraryId: library.id, storeId })
}
