import type { CatalogReader, PhotoRecord } from '@tintype/catalog'
import type { BlobReader } from '@tintype/storage'

/** A library for reading only. */
export interface LibraryReaders {
  readonly blobs: BlobReader
  readonly catalog: CatalogReader
}

/** Files that are read at the same time: enough to use the disk while one core hashes. */
const width = 4

/** Photos in one page: the most that the catalog returns. */
const pageSize = 100

/** Every photo, newest first, a page at a time. Photos that are inserted while it runs may be left out. */
export async function* listPages(catalog: CatalogReader) {
  let cursor: string | undefined
  do {
    const page = await catalog.list({ limit: pageSize, cursor })
    yield page.photos
    cursor = page.nextCursor
  } while (cursor !== undefined)
}

/** The same, in groups of several pages. */
export async function* listGroups(catalog: CatalogReader, pages: number) {
  let group: PhotoRecord[] = []
  let count = 0
  for await (const photos of listPages(catalog)) {
    group.push(...photos)
    count += 1
    if (count % pages !== 0) continue
    yield group
    group = []
  }
  if (group.length > 0) yield group
}

/** Calls `work` with every item, a few at a time. Rejects with the first failure, after all calls have ended. */
export async function forEachOf<Item>(
  items: readonly Item[],
  work: (item: Item) => Promise<void>,
  atOnce = width,
) {
  const queue = items.values()
  const workers = Array.from({ length: atOnce }, async () => {
    for (const item of queue) await work(item)
  })
  const outcomes = await Promise.allSettled(workers)
  const failed = outcomes.find((outcome) => outcome.status === 'rejected')
  if (failed) throw failed.reason
}
