import { originalKey, originalsPrefix } from '../blob-keys.ts'
import { forEachOf, type LibraryReaders, listGroups } from './library-readers.ts'
import { listSizes, pagesToList } from './list-sizes.ts'

/**
 * Counts the photos, and those whose original has no file. Files are not read. There must be no uploads and deletions in
 * the meantime.
 *
 * @throws what store and catalog throw, and the signal's reason
 */
export async function countMissingOriginals(
  { blobs, catalog }: LibraryReaders,
  signal: AbortSignal,
): Promise<{ readonly photos: number; readonly missing: number }> {
  let photos = 0
  let missing = 0
  for await (const group of listGroups(catalog, pagesToList)) {
    signal.throwIfAborted()
    const listed = await listSizes(blobs, group, [originalsPrefix])
    await forEachOf(group, async ({ id, format }) => {
      photos += 1
      const key = originalKey(id, format)
      if (!listed.has(key) && !(await blobs.stat(key))) missing += 1
    })
  }
  return { photos, missing }
}
