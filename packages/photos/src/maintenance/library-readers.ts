import type { CatalogReader } from '@tintype/catalog'
import type { BlobReader } from '@tintype/storage'

/** A library that is only looked at. */
export interface LibraryReaders {
  readonly blobs: BlobReader
  readonly catalog: CatalogReader
}

/** Files that are read at the same time: enough to keep a disk busy while a core hashes. */
const width = 4

/** Photos that are looked at together: what a page of the catalog can have. */
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

/** Does something with every item, a few at a time; rejects with the first failure, once those under way have ended. */
export async function forEachOf<Item>(items: readonly Item[], work: (item: Item) => Promise<void>) {
  const queue = items.values()
  const workers = Array.from({ length: width }, async () => {
    for (const item of queue) await work(item)
  })
  const outcomes = await Promise.allSettled(workers)
  const failed = outcomes.find((outcome) => outcome.status === 'rejected')
  if (failed) throw failed.reason
}
