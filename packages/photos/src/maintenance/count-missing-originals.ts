import { originalKey } from '../blob-keys.ts'
import { forEachOf, type LibraryReaders, listPages } from './library-readers.ts'

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
  for await (const page of listPages(catalog)) {
    signal.throwIfAborted()
    await forEachOf(page, async ({ id, format }) => {
      photos += 1
      if (!(await blobs.stat(originalKey(id, format)))) missing += 1
    })
  }
  return { photos, missing }
}
