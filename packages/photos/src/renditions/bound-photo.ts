import type { PhotoCatalog, RenditionRecord } from '@tintype/catalog'
import type { BlobStore } from '@tintype/storage'
import { renditionKey } from '../blob-keys.ts'
import { isRemade } from './is-remade.ts'

/**
 * Removes renditions of one photo until they have at most `maxByteSize` bytes together, the largest first. Those of custom sizes
 * count and stay, and so does `latest`, also if it is larger. Requests make the removed ones again (threat B297).
 *
 * @throws errors of store and catalog
 */
export async function boundPhoto(
  latest: RenditionRecord,
  { blobs, catalog, maxByteSize }: { blobs: BlobStore; catalog: PhotoCatalog; maxByteSize: number },
): Promise<void> {
  if (latest.name === 'thumb') return // each upload stores one, and it is small
  const all = await catalog.listRenditions(latest.photoId)
  let byteSize = all.reduce((sum, one) => sum + one.byteSize, 0)
  const isLatest = ({ name, format }: RenditionRecord) => name === latest.name && format === latest.format
  const removable = all.filter((one) => isRemade(one) && !isLatest(one) && one.name !== 'thumb')
  for (const one of removable.sort((a, b) => b.byteSize - a.byteSize)) {
    if (byteSize <= maxByteSize) return
    await catalog.deleteRendition(one.photoId, one.name, one.format)
    await blobs.delete(renditionKey(one.photoId, one.name, one.format))
    byteSize -= one.byteSize
  }
}
