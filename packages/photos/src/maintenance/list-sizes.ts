import type { PhotoRecord } from '@tintype/catalog'
import type { BlobKey, BlobReader } from '@tintype/storage'
import { originalsPrefix, photoStem, renditionsPrefix } from '../blob-keys.ts'

/** Pages of photos whose blobs are listed together: 900, so that one request for 1000 blobs has their originals. */
export const pagesToList = 9

/** Blobs of other photos after which a listing starts again at the next photo: as many as a request lists. */
const longestGap = 1000

/** Listings that are started for one group of photos. If its ids are too far apart, asking for each blob costs less. */
const maxListings = 8

/**
 * Sizes in bytes of originals and renditions, from the store's listing. Photos whose ids are near each other need one request for
 * 1000 blobs. What is absent from the result may exist all the same; nothing is listed if the store has no order.
 *
 * @param photos are remembered with the sizes of all their blobs: at most a few thousand
 * @param prefixes of the keys. Default: those of originals and renditions
 * @throws what the store throws
 */
export async function listSizes(
  blobs: Pick<BlobReader, 'listAfter'>,
  photos: readonly Pick<PhotoRecord, 'id'>[],
  prefixes: readonly string[] = [originalsPrefix, renditionsPrefix],
): Promise<ReadonlyMap<BlobKey, number>> {
  const sizes = new Map<BlobKey, number>()
  for (const prefix of prefixes) {
    const waiting = photos.map(({ id }) => photoStem(prefix, id)).sort()
    for (let count = 0; count < maxListings && waiting.length > 0; count += 1)
      await listRun(blobs, { prefix, waiting, sizes })
  }
  return sizes
}

/** Lists from the first of the photos, in the order of their ids, until a gap. Removes the photos that it has passed. */
async function listRun(
  blobs: Pick<BlobReader, 'listAfter'>,
  run: { readonly prefix: string; readonly waiting: string[]; readonly sizes: Map<BlobKey, number> },
): Promise<void> {
  const { prefix, waiting, sizes } = run
  let at = 0
  let gap = 0
  const listing = blobs.listAfter?.(prefix, waiting[0] ?? '') ?? []
  for await (const { key, byteSize } of listing) {
    for (let stem = waiting[at]; stem !== undefined && isPast(key, stem); stem = waiting[at]) at += 1
    const stem = waiting[at]
    if (stem === undefined) break
    if (key.startsWith(`${stem}.`)) {
      sizes.set(key, byteSize)
      gap = 0
    } else gap += 1
    if (gap === longestGap) {
      waiting.splice(0, at)
      return
    }
  }
  waiting.length = 0
}

/** Whether a key comes after all blobs of a photo, in the order of a listing. */
function isPast(key: string, stem: string): boolean {
  return key > stem && !key.startsWith(`${stem}.`)
}
