import { countMissingOriginals, type LibraryReaders } from '@tintype/photos'
import { ConfigError } from '../config/config-error.ts'
import { type LastingStorage, storageName } from '../config/engines/storage-url.ts'

/** More missing originals than this point to a disk that is not mounted: damage to files leaves fewer. */
const few = { count: 10, share: 0.1 }

/**
 * Refuses to repair a library whose disk may not be mounted: a repair would treat each photo as broken.
 *
 * @throws ConfigError if all originals are missing, or more than ten and more than a tenth; errors of store and catalog,
 *   and the signal's reason
 */
export async function refuseAbsentMedia(
  library: LibraryReaders,
  { storage, signal }: { readonly storage: LastingStorage; readonly signal: AbortSignal },
): Promise<void> {
  const { photos, missing } = await countMissingOriginals(library, signal)
  const isPlausible = missing < photos && missing <= Math.max(few.count, photos * few.share)
  if (missing === 0 || isPlausible) return
  throw new ConfigError(
    `${missing} of ${photos} originals are missing in ${storageName(storage)}: is its disk mounted? Nothing was repaired; --accept-missing-originals repairs anyway`,
  )
}
