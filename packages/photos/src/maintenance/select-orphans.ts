import type { CatalogReader } from '@tintype/catalog'
import type { BlobStat } from '@tintype/storage'
import { readBlobKey } from '../blob-keys.ts'

/** Blobs that the catalog is asked for at once. */
export const pageSize = 500

/** Those blobs that no row names, in their order; none that Tintype did not make. Asks the catalog once a page. */
export async function* selectOrphans(
  blobs: AsyncIterable<BlobStat> | Iterable<BlobStat>,
  catalog: CatalogReader,
): AsyncGenerator<BlobStat> {
  for await (const page of pagesOf(blobs)) {
    const exist = await catalog.whichExist(page.map(({ reference }) => reference))
    for (const [at, { blob }] of page.entries()) if (exist[at] === false) yield blob
  }
}

async function* pagesOf(blobs: AsyncIterable<BlobStat> | Iterable<BlobStat>) {
  let page = []
  for await (const blob of blobs) {
    const reference = readBlobKey(blob.key)
    if (reference) page.push({ blob, reference })
    if (page.length < pageSize) continue
    yield page
    page = []
  }
  if (page.length > 0) yield page
}
