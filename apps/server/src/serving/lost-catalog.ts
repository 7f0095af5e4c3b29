import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { hasOriginals } from '@tintype/photos'
import { hasNativeCode } from '@tintype/storage'
import type { Config } from '../config/config.ts'
import { ConfigError } from '../config/config-error.ts'
import { openBlobReader } from '../open-drivers.ts'

/**
 * Refuses to let a new catalog be made beside photos: it would know none of them (threat B193).
 *
 * @throws ConfigError where there are originals and no catalog; what the store throws
 */
export async function refuseLostCatalog({
  catalog,
  storage,
}: Pick<Config, 'catalog' | 'storage'>): Promise<void> {
  if (catalog.kind === 'memory' || storage.kind === 'memory') return
  const loss = await findLoss(catalog.file)
  if (!loss || (await findLoss(storage.directory)) === 'missing') return
  await using blobs = await openBlobReader(storage)
  if (!(await hasOriginals(blobs))) return
  throw new ConfigError(
    `${catalog.file} is ${loss}, and there are photos in ${storage.directory}: bring the catalog back from a backup, without the ${basename(catalog.file)}-wal of the lost one, or move the photos away to begin anew`,
  )
}

/** Why there is nothing in a file; `undefined` where there may be one. SQLite takes an empty file for a new database. */
export async function findLoss(file: string): Promise<'missing' | 'empty' | undefined> {
  try {
    return (await stat(file)).size === 0 ? 'empty' : undefined
  } catch (error) {
    if (hasNativeCode(error, ['ENOENT'])) return 'missing'
    throw error
  }
}
