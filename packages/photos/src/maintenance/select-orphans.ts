import type { CatalogReader } from '@tintype/catalog'
import type { BlobStat } from '@tintype/storage'
import { readBlobKey } from '../blob-keys.ts'

/** Blobs that one look-up in the catalog is for; it accepts 1000. */
const pageSize = 500

/** The blobs that no row names, in their order. Foreign blobs are left out. One look-up in the catalog for each page. */
export async function* selectOrphans(
  blobs: AsyncIterable<BlobStat> | Iterable<BlobStat>,
  catalog: CatalogReader,
): AsyncGenerator<BlobStat> {
  for await (const page of pagesOf(blobs)) yield* await orphansAmong(page, catalog)
}

/** The blobs of one page that no row names, in their order. Foreign blobs are left out. */
export async function orphansAmong(page: readonly BlobStat[], catalog: CatalogReader): Promise<BlobStat[]> {
  const named = page.flatMap((blob) => {
    const reference = readBlobKey(blob.key)
    return reference ? [{ blob, reference }] : []
  })
  const exist = await catalog.whichExist(named.map(({ reference }) => reference))
  return named.filter((_, at) => exist[at] === false).map(({ blob }) => blob)
}

/** Blobs in pages of at most 500. */
export async function* pagesOf(
  blobs: AsyncIterable<BlobStat> | Iterable<BlobStat>,
): AsyncGenerator<readonly BlobStat[]> {
  let page: BlobStat[] = []
  for await (const blob of blobs) {
    page.push(blob)
    if (page.length < pageSize) continue
    yield page
    page = []
  }
  if (page.length > 0) yield page
}
