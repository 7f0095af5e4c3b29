import { samplePhoto, sampleRendition } from '@tintype/catalog/testing'
import type { PhotoId } from '@tintype/contract'
import type { BlobKey, BlobStat, BlobStore } from '@tintype/storage'
import { expect, test } from 'vitest'
import { originalKey, renditionKey } from '../blob-keys.ts'
import { openTestEngines } from '../testing/open-test-engines.ts'
import { checkLibrary } from './check-library.ts'
import { countMissingOriginals } from './count-missing-originals.ts'
import type { Finding } from './finding.ts'
import { listSizes } from './list-sizes.ts'

const idOf = (number: number) => `01900000-0000-7000-8000-${String(number).padStart(12, '0')}` as PhotoId
const webp = { contentType: 'image/webp', ifExists: 'fail' } as const

/** The same store, which notes what is asked of it. */
function watch(store: BlobStore) {
  const asked: BlobKey[] = []
  const counts = { listings: 0, listed: 0 }
  async function* listAfter(prefix: string, after: string): AsyncGenerator<BlobStat> {
    counts.listings += 1
    for await (const blob of store.listAfter?.(prefix, after) ?? []) {
      counts.listed += 1
      yield blob
    }
  }
  const stat = (key: BlobKey) => {
    asked.push(key)
    return store.stat(key)
  }
  return { asked, counts, blobs: { ...store, stat, listAfter } }
}

async function putOriginals(store: BlobStore, numbers: Iterable<number>): Promise<void> {
  for (const number of numbers) await store.put(originalKey(idOf(number), 'jpeg'), new Uint8Array(3), webp)
}

test('a check of sizes and a count ask the store only for what its listing does not prove', async () => {
  await using engines = await openTestEngines()
  const { catalog, blobs: store } = engines
  const photos = Array.from({ length: 1000 }, () => samplePhoto({ byteSize: 3 }))
  for (const [at, photo] of photos.entries()) {
    await catalog.insert(photo)
    await store.put(originalKey(photo.id, photo.format), new Uint8Array(3), webp)
    if (at % 2) continue
    const rendition = sampleRendition(photo.id, { name: 'w320', byteSize: 2 })
    await catalog.putRendition(rendition)
    await store.put(renditionKey(photo.id, 'w320', rendition.format), new Uint8Array(2), webp)
  }
  const [gone, cut] = [photos[3], photos[950]].map((photo = samplePhoto()) => ({
    id: photo.id,
    key: originalKey(photo.id, photo.format),
  })) as [{ id: PhotoId; key: BlobKey }, { id: PhotoId; key: BlobKey }]
  await store.delete(gone.key)
  await store.put(cut.key, new Uint8Array(1), { ...webp, ifExists: 'replace' })

  const { asked, blobs, counts } = watch(store)
  const library = { blobs, catalog, async *listStaged() {} }
  const options = { before: new Date(0), readsBytes: false, signal: new AbortController().signal }
  const findings: Finding[] = []
  for await (const finding of checkLibrary(library, options)) findings.push(finding)
  expect(findings).toHaveLength(2)
  expect(findings).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ subject: 'original', key: gone.key, problem: 'missing' }),
      expect.objectContaining({ key: cut.key, problem: 'wrong-size', expected: 3, found: 1 }),
    ]),
  )
  expect(asked.toSorted()).toEqual([gone.key, cut.key].sort())
  expect(counts.listings).toBeLessThanOrEqual(8)

  asked.length = 0
  expect(await countMissingOriginals(library, options.signal)).toEqual({ photos: 1000, missing: 1 })
  expect(asked).toEqual([gone.key])
})

test('a listing skips the photos between two that are far apart', async () => {
  await using engines = await openTestEngines()
  await putOriginals(engines.blobs, Array.from({ length: 5000 }).keys())
  const { counts, blobs } = watch(engines.blobs)
  const wanted = [0, 1, 2, 4997, 4999]
  const sizes = await listSizes(
    blobs,
    wanted.map((number) => ({ id: idOf(number) })),
  )
  expect([...sizes]).toEqual(wanted.map((number) => [originalKey(idOf(number), 'jpeg'), 3]))
  expect(counts.listed).toBeLessThan(1100)
})

test('photos that are all far apart, and a store without order, are left to be asked for', async () => {
  await using engines = await openTestEngines()
  await putOriginals(engines.blobs, Array.from({ length: 12_000 }).keys())
  const { counts, blobs } = watch(engines.blobs)
  const photos = Array.from({ length: 11 }, (_, at) => ({ id: idOf(at * 1100) }))
  expect((await listSizes(blobs, photos)).size).toBe(8)
  expect(counts.listings).toBeLessThanOrEqual(9)
  expect(await listSizes({}, photos)).toEqual(new Map())
})
