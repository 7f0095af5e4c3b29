import { existsSync, statSync } from 'node:fs'
import { basename } from 'node:path'
import type { PhotoCatalog } from '@tintype/catalog'
import { hasOriginals, type Log } from '@tintype/photos'
import type { BlobReader } from '@tintype/storage'
import type { Config } from '../config/config.ts'
import { ConfigError } from '../config/config-error.ts'
import { storageDirectory, storageName } from '../config/engines/storage-url.ts'
import { openBlobReader } from '../open-drivers.ts'

/** Logs which promises the settings give up. */
export function warnAboutSettings(
  { durability, inspection }: Pick<Config, 'durability' | 'inspection'>,
  log: Log,
): void {
  if (durability === 'relaxed')
    log.warn(
      { event: 'durability' },
      'durability is relaxed: a power cut can lose or break acknowledged photos; "tintype doctor" finds them',
    )
  if (inspection === 'header')
    log.warn(
      { event: 'inspection' },
      'uploads are not decoded: an acknowledged photo may prove to be unreadable',
    )
}

/**
 * Refuses a start that would create a new catalog although photos exist: the new catalog would have none of them (threat
 * B193).
 *
 * @throws ConfigError if there are originals or a claim, and no catalog; errors of the store
 */
export async function refuseLostCatalog({
  catalog,
  storage,
}: Pick<Config, 'catalog' | 'storage'>): Promise<void> {
  if (catalog.kind !== 'sqlite' || storage.kind === 'memory') return
  const loss = findLoss(catalog.file)
  const directory = storageDirectory(storage)
  if (!loss || (directory !== undefined && !existsSync(directory))) return
  await using blobs = await openBlobReader(storage)
  const hasPhotos = await hasOriginals(blobs)
  if (!hasPhotos && (await blobs.readClaim()) === undefined) return
  throw new ConfigError(
    `The catalog ${catalog.file} is ${loss}, but ${hasPhotos ? 'there are photos in' : 'a library uses'} ${storageName(storage)}. Restore the catalog from a backup and remove the lost one's ${basename(catalog.file)}-wal, or move the photos to another directory to start with an empty library`,
  )
}

/** Why a file has no catalog; `undefined` if it may have one. SQLite treats an empty file as a new database. */
export function findLoss(file: string): 'missing' | 'empty' | undefined {
  const stats = statSync(file, { throwIfNoEntry: false })
  if (stats === undefined) return 'missing'
  return stats.size === 0 ? 'empty' : undefined
}

/**
 * Refuses a start that would make the directory of photos although the catalog has some: most likely its disk is not mounted, or
 * it was renamed, and the right directory could not be moved back to its place.
 *
 * @throws ConfigError if the catalog has photos and their directory is missing; errors of the catalog
 */
export async function refuseMissingMedia(
  { storage }: Pick<Config, 'storage'>,
  catalog: Pick<PhotoCatalog, 'count'>,
): Promise<void> {
  if (storage.kind !== 'disk' || existsSync(storage.directory) || (await catalog.count()) === 0) return
  throw new ConfigError(lossOf(storage, 'missing'))
}

function lossOf(storage: Parameters<typeof storageName>[0], loss: 'missing' | 'empty'): string {
  return `The catalog has photos, but ${storageName(storage)} is ${loss}. Check that its disk is mounted, or that the bucket and its prefix are right (TINTYPE_STORAGE_URL). If the files are lost, restore a backup, or delete their photos with "tintype doctor --repair --delete-broken-photos --accept-missing-originals"`
}

/** What a start compares, once both are open. */
interface OpenLibrary {
  readonly catalog: PhotoCatalog
  readonly blobs: BlobReader
}

/**
 * Compares what the catalog knows with what is stored: refuses a catalog that takes the place of a lost one, and a store that
 * takes the place of another one. Logs lost media.
 *
 * @throws ConfigError if the catalog never had a photo, although there are originals; if it has photos, and the store was never
 *   used; errors of catalog and store
 */
export async function compareCatalogAndMedia(
  config: Pick<Config, 'catalog' | 'storage'>,
  { log, ...library }: OpenLibrary & { readonly log: Log },
): Promise<void> {
  await refuseUnusedCatalog(config, library)
  await checkForLostMedia(config, { ...library, log })
}

/** A database server's catalog is created by opening it, so that only its use shows whether it is the right one (B193). */
async function refuseUnusedCatalog(
  { catalog: { kind }, storage }: Pick<Config, 'catalog' | 'storage'>,
  { catalog, blobs }: OpenLibrary,
): Promise<void> {
  if (kind !== 'postgres' || !(await catalog.isUnused?.()) || !(await hasOriginals(blobs))) return
  throw new ConfigError(
    `The database is new, but there are photos in ${storageName(storage)}. Check the database and schema of TINTYPE_DATABASE_URL, restore the database from a backup, or use another place for photos to start with an empty library`,
  )
}

/**
 * If the catalog has photos and none of their files exists: refuses a store without a claim, which no server has used yet.
 * Most likely the right disk is not mounted, and new uploads would be stored in the empty mount point. A store with its claim
 * is the right one, and a small library can have lost its files one by one, so that is only logged.
 *
 * @throws ConfigError; errors of catalog and store
 */
async function checkForLostMedia(
  { storage }: Pick<Config, 'storage'>,
  { catalog, blobs, log }: { readonly catalog: PhotoCatalog; readonly blobs: BlobReader; readonly log: Log },
): Promise<void> {
  if (storage.kind === 'memory' || (await catalog.count()) === 0 || (await hasOriginals(blobs))) return
  if ((await blobs.readClaim()) === undefined) throw new ConfigError(lossOf(storage, 'empty'))
  log.error(
    { event: 'media-lost', directory: storageDirectory(storage) },
    'the catalog has photos, but none of their files exists; restore them from a backup',
  )
}
