import { createHash } from 'node:crypto'
import { mkdtempDisposable, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { samplePhoto, sampleRendition } from '@tintype/catalog/testing'
import { openDiskBlobStore } from '@tintype/storage/drivers/disk'
import { expect, test } from 'vitest'
import { renditionKey } from '../blob-keys.ts'
import { removeTornRenditions } from '../maintenance/remove-torn-renditions.ts'
import { openTestEngines } from '../testing/open-test-engines.ts'
import { renditionMedia } from './find-media.ts'
import { createMediaCache } from './media-cache.ts'
import { createMediaCheck } from './media-check.ts'

const bytes = Buffer.alloc(100_000, 7)
/** What a power cut can leave of bytes that were not synced. */
const torn = {
  'an empty file': Buffer.alloc(0),
  'a part': bytes.subarray(0, 65_536),
  'zeros in between': Buffer.concat([bytes.subarray(0, 4096), Buffer.alloc(100_000 - 4096)]),
}

/** A rendition in a store on a disk, with its row. */
async function setUp() {
  await using opening = new AsyncDisposableStack()
  const home = opening.use(await mkdtempDisposable(join(tmpdir(), 'tintype-test-')))
  const blobs = opening.use(await openDiskBlobStore({ directory: home.path }))
  const { catalog } = opening.use(await openTestEngines())
  const photo = samplePhoto()
  await catalog.insert(photo)
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  const row = sampleRendition(photo.id, { byteSize: bytes.length, sha256 })
  const media = renditionMedia(photo, row)
  const { key } = media
  await blobs.put(key, bytes, { contentType: media.mimeType, ifExists: 'fail', isExpendable: true })
  await catalog.putRendition(row)
  const path = join(home.path, key)
  const owned = opening.move()
  return {
    ...{ blobs, catalog, media, path, photo },
    reference: { kind: 'rendition', id: photo.id, name: row.name, format: row.format } as const,
    /** As it is after a power cut, an hour before this process began. */
    async tear(left: Uint8Array, atMs = performance.timeOrigin - 3_600_000) {
      await writeFile(path, left)
      await utimes(path, atMs / 1000, atMs / 1000)
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

test.each(Object.entries(torn))(
  'B168 %s of a rendition is not sent, from the disk or from memory',
  async (_what, left) => {
    await using library = await setUp()
    const { media, blobs, reference } = library
    const roomy = createMediaCache({ obtain: async () => media, blobs })
    const full = createMediaCache({ obtain: async () => media, blobs, memoryByteSize: 2048 })
    for (const cache of [roomy, full]) {
      using whole = await cache.open(await cache.obtain(reference))
      const { body = Buffer.alloc(0) } = whole ?? {}
      expect(Buffer.isBuffer(body) ? body : await buffer(body)).toEqual(bytes)
    }
    await library.tear(left)
    for (const cache of [roomy, full])
      for (const range of [undefined, { start: 0, end: 10 }])
        expect(await cache.open(await cache.obtain(reference), range)).toBeUndefined()
    expect(await createMediaCheck(blobs)(media)).toBe(false)
  },
)

test('a rendition that is whole is left to another server, which is decided by its hash once', async () => {
  await using library = await setUp()
  const { media, blobs } = library
  await library.tear(bytes)
  let opened = 0
  const hasMedia = createMediaCheck({
    ...blobs,
    open(...given) {
      opened += 1
      return blobs.open(...given)
    },
  })
  expect([await hasMedia(media), await hasMedia(media), opened]).toEqual([true, true, 1])
})

test.each(Object.entries(torn))('B168 %s of a rendition is removed at the start', async (_what, left) => {
  await using library = await setUp()
  const options = { before: new Date(performance.timeOrigin), signal: AbortSignal.timeout(60_000) }
  await library.tear(bytes)
  expect(await removeTornRenditions(library, options)).toBe(0)
  await library.tear(left)
  expect(await removeTornRenditions(library, options)).toBe(1)
  expect(await library.blobs.stat(library.media.key)).toBeUndefined()
})

test('at the start only what was written last is compared, and what this process has written is left alone', async () => {
  await using library = await setUp()
  const { blobs, photo } = library
  const options = { before: new Date(performance.timeOrigin), signal: AbortSignal.timeout(60_000) }
  await library.tear(torn['a part'], Date.now() + 1000)
  expect(await removeTornRenditions(library, options)).toBe(0)
  await library.tear(torn['a part'])
  const later = renditionKey(photo.id, 'w320', 'webp')
  await blobs.put(later, bytes, { contentType: 'image/webp', ifExists: 'fail' })
  const atMs = performance.timeOrigin - 1_800_000
  await utimes(join(library.path, '..', `${photo.id}.w320.webp`), atMs / 1000, atMs / 1000)
  expect(await removeTornRenditions(library, options)).toBe(1) // the later one, which has no row
  expect(await blobs.stat(later)).toBeUndefined()
  expect(await blobs.stat(library.media.key)).toBeDefined()
})
