import type { Page } from 'playwright-core'
import { listPhotos } from './list-photos.ts'
import type { Tintype } from './start-tintype.ts'

/** The names of the photos that a page has requested renditions of that are larger than thumbnails. */
export async function requestedPhotos(page: Page, tintype: Tintype): Promise<string[]> {
  const names = new Map((await listPhotos(tintype)).map(({ id, filename }) => [id, filename]))
  const urls = await page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name))
  const ids = urls.flatMap((url) => /([^/]+)\/w\d+\.webp/.exec(url)?.[1] ?? [])
  return [...new Set(ids.map((id) => names.get(id) ?? ''))].sort()
}
