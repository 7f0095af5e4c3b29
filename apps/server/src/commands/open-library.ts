import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { PhotoCatalog } from '@tintype/catalog'
import type { CheckedLibrary } from '@tintype/photos'
import { type BlobStore, listStaged, type Staging } from '@tintype/storage'
import type { Config } from '../config/config.ts'
import { ConfigError } from '../config/config-error.ts'
import { contains } from '../config/contains.ts'
import type { LastingCatalog } from '../config/engines/catalog-url.ts'
import { type LastingStorage, storageDirectory } from '../config/engines/storage-url.ts'
import {
  openBlobReader,
  openBlobStore,
  openCatalog,
  openCatalogReader,
  openStagingArea,
} from '../open-drivers.ts'
import { lockDirectory } from '../serving/directory-lock.ts'
import { placesOf, refuseUnmounted } from '../serving/refuse-unmounted.ts'
import { findLoss } from '../serving/startup-checks.ts'

/** Where a library is. Paths are absolute. */
export interface LibraryPaths {
  readonly dataDirectory: string
  readonly stagingDirectory: string
  readonly storage: LastingStorage
  readonly catalog: LastingCatalog
}

/** @throws ConfigError for a library in memory, and for one whose disk is not mounted */
export function pathsOf(config: Config): LibraryPaths {
  const { dataDirectory, storage, catalog } = config
  if (storage.kind === 'memory' || catalog.kind === 'memory')
    throw new ConfigError(
      'A library in memory ends with its server: there is nothing to check, back up or restore',
    )
  const places = placesOf(config)
  const requiredMounts = config.requiredMounts.filter((one) => places.some((place) => contains(one, place)))
  refuseUnmounted(places, { requiredMounts })
  return { dataDirectory, stagingDirectory: join(dataDirectory, 'staging'), storage, catalog }
}

/** A library to read. Disposing it closes it. */
export interface OpenLibrary extends CheckedLibrary, AsyncDisposable {}

/** A library to repair. */
export interface OwnedLibrary extends OpenLibrary {
  readonly blobs: BlobStore
  readonly catalog: PhotoCatalog
  readonly staging: Staging
}

/**
 * Opens a library for reading, also while its server runs. Creates nothing.
 *
 * @throws ConfigError if there is no library; errors of the drivers
 */
export async function openLibrary(paths: LibraryPaths): Promise<OpenLibrary> {
  await confirmLibrary(paths)
  await using opening = new AsyncDisposableStack()
  const catalog = opening.use(await openCatalogReader(paths.catalog))
  const blobs = opening.use(await openBlobReader(paths.storage))
  const owned = opening.move()
  return {
    catalog,
    blobs,
    listStaged: () => listStaged(paths.stagingDirectory),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

/**
 * Opens a library in place of its server, which must be stopped. Servers on other data directories may use the same PostgreSQL
 * database in the meantime.
 *
 * @throws ConfigError if there is no library, STORAGE_UNAVAILABLE if a server uses the data directory; errors of the drivers
 */
export async function ownLibrary(paths: LibraryPaths): Promise<OwnedLibrary> {
  await confirmLibrary(paths)
  const { dataDirectory, stagingDirectory, storage, catalog: settings } = paths
  await using opening = new AsyncDisposableStack()
  opening.use(await lockDirectory(dataDirectory))
  const catalog = opening.use(await openCatalog({ catalog: settings, durability: 'full' }))
  const staging = opening.use(await openStagingArea({ directory: stagingDirectory }))
  const blobs = opening.use(
    await openBlobStore({ storage, durability: 'full' }, stagingDirectory, { countsReads: false }),
  )
  const owned = opening.move()
  return {
    catalog,
    staging,
    blobs,
    listStaged: () => listStaged(stagingDirectory),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

/** A missing catalog or directory must not be created: then every photo would be an orphan. */
async function confirmLibrary({ catalog, storage }: LibraryPaths): Promise<void> {
  if (catalog.kind === 'postgres') {
    await using _confirmed = await openCatalogReader(catalog)
  } else {
    const loss = findLoss(catalog.file)
    if (loss) throw new ConfigError(`There is no library here: ${catalog.file} is ${loss}`)
  }
  const directory = storageDirectory(storage)
  if (directory !== undefined && !existsSync(directory))
    throw new ConfigError(`There is no library here: ${directory} is missing`)
}
