import { countMissingOriginals, type LibraryReaders } from '@tintype/photos'
import { ConfigError } from '../config/config-error.ts'

/** So many originals may be missing without a disk being suspected: what damage to files leaves is fewer. */
const few = { count: 10, share: 0.1 }

/**
 * Refuses to repair a library most of whose files are elsewhere, as where its disk is not mounted: to a repair each of
 * its photos would be a broken one.
 *
 * @throws ConfigError where all originals are missing, or more than ten and more than a tenth; what store and catalog
 *   throw, and the signal's reason
 */
export async function refuseAbsentMedia(
  library: LibraryReaders,
  { media, signal }: { readonly media: string; readonly signal: AbortSignal },
): Promise<void> {
  const { photos, missing } = await countMissingOriginals(library, signal)
  const isPlausible = missing < photos && missing <= Math.max(few.count, photos * few.share)
  if (missing === 0 || isPlausible) return
  throw new ConfigError(
    `${missing} of ${photos} originals are missing in ${media}: is its disk mounted? Nothing was repaired; --accept-missing-originals repairs all the same`,
  )
}
