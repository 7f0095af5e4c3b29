import { join } from 'node:path'
import {
  type AccessCatalog,
  type CatalogReader,
  type CatalogRows,
  copySnapshot,
  type PhotoCatalog,
} from '@tintype/catalog'
import {
  type BlobReader,
  type BlobStore,
  openStaging,
  type Staging,
  type StagingOptions,
} from '@tintype/storage'
import type { Config } from './config/config.ts'
import type { LastingCatalog } from './config/engines/catalog-url.ts'
import type { S3Settings } from './config/engines/s3-url.ts'
import type { LastingStorage } from './config/engines/storage-url.ts'

// The only importer of drivers. A driver is a line here and a file in its package. It is loaded only if it is used.

/** Opens the store for the server, or for a command while the server is stopped. */
export async function openBlobStore(
  { storage, durability }: Pick<Config, 'storage' | 'durability'>,
  stagingDirectory: string,
  {
    onWarning,
    countsReads,
  }: {
    /** Called with what the engine lacks. @default nothing */
    readonly onWarning?: (warning: string) => void
    /** Whether reading a rendition counts as its use. @default true */
    readonly countsReads?: boolean
  } = {},
): Promise<BlobStore> {
  switch (storage.kind) {
    case 'memory':
      return (await import('@tintype/storage/drivers/memory')).openMemoryBlobStore()
    case 'disk':
      return (await import('@tintype/storage/drivers/disk')).openDiskBlobStore({
        ...storage,
        stagingDirectory,
        durability,
        countsReads,
      })
    case 's3':
      return (await import('@tintype/storage/drivers/s3')).openS3BlobStore({
        ...mediaOf(storage),
        onWarning,
        openPatienceMs: 30_000,
      })
  }
}

/** Bytes of one upload that stay in memory before it moves to a file, and of all uploads together. */
const stagingMemory = { memoryByteSize: 1024 * 1024, memoryBudgetByteSize: 16 * 1024 * 1024 }

/** Opens a staging area for uploads and copies. */
export function openStagingArea(options: Pick<StagingOptions, 'directory' | 'durability'>): Promise<Staging> {
  return openStaging({ ...options, ...stagingMemory })
}

/** A part of a bucket, as directories are parts of the data directory. */
function within<Settings extends { readonly prefix: string }>(storage: Settings, part: string): Settings {
  return { ...storage, prefix: `${storage.prefix}${part}` }
}

/** The part with the photos. The claim lies beside it, for every part. */
function mediaOf(storage: S3Settings) {
  return { ...within(storage, 'media/'), claimName: `${storage.prefix}library.json` }
}

/** Opens the store for quarantined bytes, beside the photos, and creates it if it is missing. */
export async function openQuarantineStore({
  dataDirectory,
  storage,
}: Pick<Config, 'dataDirectory' | 'storage'>): Promise<BlobStore> {
  if (storage.kind === 's3')
    return (await import('@tintype/storage/drivers/s3')).openS3BlobStore(within(storage, 'quarantine/'))
  const directory = join(dataDirectory, 'quarantine')
  return (await import('@tintype/storage/drivers/disk')).openDiskBlobStore({ directory })
}

/** Opens the catalog for the server, or for a command while the server is stopped. */
export async function openCatalog({
  catalog,
  durability,
}: Pick<Config, 'catalog' | 'durability'>): Promise<PhotoCatalog & AccessCatalog> {
  switch (catalog.kind) {
    case 'memory':
      return (await import('@tintype/catalog/drivers/memory')).openMemoryCatalog()
    case 'sqlite':
      return (await import('@tintype/catalog/drivers/sqlite')).openSqliteCatalog({ ...catalog, durability })
    case 'postgres':
      return (await import('@tintype/catalog/drivers/postgres')).openPostgresCatalog({
        ...catalog,
        durability,
      })
  }
}

/** Opens a store for reading only, also while the server runs. */
export async function openBlobReader(storage: LastingStorage): Promise<BlobReader> {
  switch (storage.kind) {
    case 'disk':
      return (await import('@tintype/storage/drivers/disk')).openDiskBlobReader(storage)
    case 's3':
      return (await import('@tintype/storage/drivers/s3')).openS3BlobReader(mediaOf(storage))
  }
}

/**
 * Opens a catalog for reading only, also while the server runs.
 *
 * @param options.isFrozen nothing writes to it, because it belongs to a backup
 */
export async function openCatalogReader(
  catalog: LastingCatalog,
  options: { readonly isFrozen?: boolean } = {},
): Promise<CatalogReader> {
  if (catalog.kind === 'postgres') {
    const reader = await (await import('@tintype/catalog/drivers/postgres')).openPostgresCatalogReader(
      catalog,
    )
    return { ...reader, backUpTo: (file) => backUpPostgres(catalog, file) }
  }
  const { file } = catalog
  return (await import('@tintype/catalog/drivers/sqlite')).openSqliteCatalogReader({ file, ...options })
}

/** Writes the rows of a PostgreSQL catalog, as they are at one moment, to a new SQLite file. */
async function backUpPostgres(
  catalog: Extract<LastingCatalog, { readonly kind: 'postgres' }>,
  file: string,
): Promise<void> {
  const { readPostgresSnapshot } = await import('@tintype/catalog/drivers/postgres-snapshot')
  await using rows = await openCatalogRows({ kind: 'sqlite', file })
  await readPostgresSnapshot(catalog, (snapshot) => copySnapshot(snapshot, rows))
}

/** Opens a catalog that is being copied into. No server uses it yet, so it reserves no space for deletions. */
export async function openCatalogCopy({ file }: { readonly file: string }): Promise<PhotoCatalog> {
  return (await import('@tintype/catalog/drivers/sqlite')).openSqliteCatalog({ file, keepsReserve: false })
}

/** Opens a catalog to be copied row by row, also while its servers run. Creates it if it is missing. */
export async function openCatalogRows(catalog: LastingCatalog): Promise<CatalogRows> {
  if (catalog.kind === 'sqlite')
    return (await import('@tintype/catalog/drivers/sqlite-rows')).openSqliteRows(catalog)
  return (await import('@tintype/catalog/drivers/postgres-rows')).openPostgresRows(catalog)
}

/** Opens the store that a library is moved to. Creates it if it is missing. */
export async function openMovedStore(storage: LastingStorage): Promise<BlobStore> {
  if (storage.kind === 's3')
    return (await import('@tintype/storage/drivers/s3')).openS3BlobStore(mediaOf(storage))
  return (await import('@tintype/storage/drivers/disk')).openDiskBlobStore({ directory: storage.directory })
}
