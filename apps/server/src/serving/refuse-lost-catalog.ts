import { statSync } from 'node:fs'
import { basename } from 'node:path'
import { hasOriginals } from '@tintype/photos'
import type { Config } from '../config/config.ts'
import { ConfigError } from '../config/config-error.ts'
import { openBlobReader } from '../open-drivers.ts'

/**
 * Refuses a start that would make a new catalog beside photos: it would know none of them (threat B193).
 *
 * @throws ConfigError if there are originals and no catalog; what the store throws
 */
export async function refuseLostCatalog({
  catalog,
  storage,
}: Pick<Config, 'catalog' | 'storage'>): Promise<void> {
  if (catalog.kind === 'memory' || storage.kind === 'memory') return
  const loss = findLoss(catalog.file)
  if (!loss || findLoss(storage.directory) === 'missing') return
  await using blobs = await openBlobReader(storage)
  if (!(await hasOriginals(blobs))) return
  throw new ConfigError(
    `${catalog.file} is ${loss}, and there are photos in ${storage.directory}: bring the catalog back from a backup, without the ${basename(catalog.file)}-wal of the lost one, or move the photos away to begin anew`,
  )
}

/** Why there is no catalog in a file; `undefined` if there may be one. SQLite takes an empty file for a new database. */
export function findLoss(file: string): 'missing' | 'empty' | undefined {
  const stats = statSync(file, { throwIfNoEntry: false })
  if (stats === undefined) return 'missing'
  return stats.size === 0 ? 'empty' : undefined
}
