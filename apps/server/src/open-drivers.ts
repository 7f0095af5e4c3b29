import { join } from 'node:path'
import type { CatalogReader, PhotoCatalog } from '@tintype/catalog'
import {
  type BlobReader,
  type BlobStore,
  openStaging,
  type Staging,
  type StagingOptions,
} from '@tintype/storage'
import type { Config } from './config/config.ts'

// The only importer of drivers. A driver is a line here and a file in its package; it is loaded only where it is used.

/** A store for the server, or for who stands in for it while it is stopped. */
export async function openBlobStore(
  { storage, durability }: Pick<Config, 'storage' | 'durability'>,
  stagingDirectory: string,
): Promise<BlobStore> {
  switch (storage.kind) {
    case 'memory':
      return (await import('@tintype/storage/drivers/memory')).openMemoryBlobStore()
    case 'disk':
      return (await import('@tintype/storage/drivers/disk')).openDiskBlobStore({
        ...storage,
        stagingDirectory,
        durability,
      })
  }
}

/** Bytes of one upload that stay in memory before it moves to a file, and of all uploads together. */
const stagingMemory = { memoryByteSize: 1024 * 1024, memoryBudgetByteSize: 16 * 1024 * 1024 }

/** A staging area for uploads and copies. */
export function openStagingArea(options: Pick<StagingOptions, 'directory' | 'durability'>): Promise<Staging> {
  return openStaging({ ...options, ...stagingMemory })
}

/** A store for the bytes that are put aside. It is made when it is opened. */
export async function openQuarantineStore({
  dataDirectory,
}: Pick<Config, 'dataDirectory'>): Promise<BlobStore> {
  const directory = join(dataDirectory, 'quarantine')
  return (await import('@tintype/storage/drivers/disk')).openDiskBlobStore({ directory })
}

/** A catalog for the server, or for who stands in for it. */
export async function openCatalog({
  catalog,
  durability,
}: Pick<Config, 'catalog' | 'durability'>): Promise<PhotoCatalog> {
  switch (catalog.kind) {
    case 'memory':
      return (await import('@tintype/catalog/drivers/memory')).openMemoryCatalog()
    case 'sqlite':
      return (await import('@tintype/catalog/drivers/sqlite')).openSqliteCatalog({ ...catalog, durability })
  }
}

/** What a store has, for reading only, beside the server. */
export async function openBlobReader({ directory }: { readonly directory: string }): Promise<BlobReader> {
  return (await import('@tintype/storage/drivers/disk')).openDiskBlobReader({ directory })
}

/**
 * What a catalog has, for reading only, beside the server.
 *
 * @param options.isFrozen nobody writes to it: it is a backup's
 */
export async function openCatalogReader(options: {
  readonly file: string
  readonly isFrozen?: boolean
}): Promise<CatalogReader> {
  return (await import('@tintype/catalog/drivers/sqlite')).openSqliteCatalogReader(options)
}

/** A catalog that is a copy in the making: no server works on it yet, so it keeps no space for deletions. */
export async function openCatalogCopy({ file }: { readonly file: string }): Promise<PhotoCatalog> {
  return (await import('@tintype/catalog/drivers/sqlite')).openSqliteCatalog({ file, keepsReserve: false })
}
