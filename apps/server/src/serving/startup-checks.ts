import { existsSync, statSync } from 'node:fs'
import { basename } from 'node:path'
import { hasOriginals } from '@tintype/photos'
import type { Config } from '../config/config.ts'
import { ConfigError } from '../config/config-error.ts'
import { storageDirectory, storageName } from '../config/storage-url.ts'
import { openBlobReader } from '../open-drivers.ts'

/**
 * Refuses a start that would create a new catalog although photos exist: the new catalog would have none of them (threat
 * B193).
 *
 * @throws ConfigError if there are originals and no catalog; errors of the store
 */
export async function refuseLostCatalog({
  catalog,
  storage,
}: Pick<Config, 'catalog' | 'storage'>): Promise<void> {
  if (catalog.kind === 'memory' || storage.kind === 'memory') return
  const loss = findLoss(catalog.file)
  const directory = storageDirectory(storage)
  if (!loss || (directory !== undefined && !existsSync(directory))) return
  await using blobs = await openBlobReader(storage)
  if (!(await hasOriginals(blobs))) return
  throw new ConfigError(
    `The catalog ${catalog.file} is ${loss}, but there are photos in ${storageName(storage)}. Restore the catalog from a backup and remove the lost one's ${basename(catalog.file)}-wal, or move the photos to another directory to start with an empty library`,
  )
}

/** Why a file has no catalog; `undefined` if it may have one. SQLite treats an empty file as a new database. */
export function findLoss(file: string): 'missing' | 'empty' | undefined {
  const stats = statSync(file, { throwIfNoEntry: false })
  if (stats === undefined) return 'missing'
  return stats.size === 0 ? 'empty' : undefined
}
