import { Readable } from 'node:stream'
import { createImaging } from '@tintype/imaging'
import { makeImage, unhurried } from '@tintype/imaging/testing'
import { expect, test, vi } from 'vitest'
import { createPhotoLibrary } from '../photo-library.ts'
import { openTestEngines, testLimits } from '../testing/open-test-engines.ts'

/** A library with a photo whose thumbnail nobody has asked for, beside an upload that is stored when it is released. */
async function setUp() {
  await using opening = new AsyncDisposableStack()
  const engines = opening.use(await openTestEngines())
  const imaging = opening.use(
    createImaging({ ...unhurried, limits: testLimits, concurrency: 2, queueLength: 10 }),
  )
  const [storing, held] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  let puts = 0
  const put: typeof engines.blobs.put = async (...args) => {
    puts += 1
    if (puts === 1) {
      storing.resolve()
      await held.promise
    }
    return engines.blobs.put(...args)
  }
  const deps = { ...engines, imaging, blobs: { ...engines.blobs, put }, limits: testLimits, now: Date.now }
  const library = opening.use(createPhotoLibrary(deps))
  const jpeg = await makeImage({ width: 400, height: 300, format: 'jpeg' })
  const upload = () =>
    library.uploadPhoto({
      body: Readable.from([Uint8Array.from(jpeg)], { objectMode: false }),
      contentType: 'image/jpeg',
      words: { filename: 'a.jpg' },
      expectedSha256: [],
      signal: new AbortController().signal,
    })
  const beside = upload()
  await storing.promise
  const { photo } = await upload()
  const owned = opening.move()
  const release = async () => {
    held.resolve()
    await beside
  }
  return { library, imaging, photo, release, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

test('a thumbnail that nobody has asked for is made when no upload waits for its answer', async () => {
  await using one = await setUp()
  expect(one.imaging.load()).toMatchObject({ active: 0, queued: 1 })
  expect(await one.library.listThumbnails(one.photo.id)).toEqual([])
  await one.release()
  await vi.waitFor(async () => expect(await one.library.listThumbnails(one.photo.id)).toHaveLength(1), {
    timeout: 100_000,
    interval: 5,
  })
})

test('a thumbnail that somebody asks for does not wait for uploads', async () => {
  await using one = await setUp()
  const thumbnail = await one.library.createThumbnail({ photoId: one.photo.id })
  expect(thumbnail).toMatchObject({ width: 300, height: 225 })
  await one.release()
})

test('B308 a library that ends leaves the thumbnails that nobody has asked for to their first view', async () => {
  await using one = await setUp()
  await one.library[Symbol.asyncDispose]() // would wait for the upload beside it
  expect(one.imaging.load()).toMatchObject({ active: 0, queued: 0 })
  expect(await one.library.listThumbnails(one.photo.id)).toEqual([])
  await one.release()
})
