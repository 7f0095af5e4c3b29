import { openCaller } from '@tintype/contract'
import { createImaging, type Imaging } from '@tintype/imaging'
import { makeImage, thumbnailTarget, unhurried } from '@tintype/imaging/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createPhotoLibrary } from '../photo-library.ts'
import { openTestEngines, testLimits } from '../testing/open-test-engines.ts'
import { uploadBytes } from '../testing/upload-bytes.ts'

let imaging: Imaging
beforeAll(() => {
  imaging = createImaging({ ...unhurried, limits: testLimits, concurrency: 2, queueLength: 10 })
})
afterAll(() => imaging[Symbol.asyncDispose]())

/** A library that answers uploads by their header, and the number of decodes. */
async function setUp({ isHeld = false } = {}) {
  await using opening = new AsyncDisposableStack()
  const engines = opening.use(await openTestEngines())
  const held = Promise.withResolvers<void>()
  if (!isHeld) held.resolve()
  const cost = { decodes: 0 }
  const counted: Imaging = {
    ...imaging,
    async inspect(...args) {
      cost.decodes += 1
      await held.promise
      return imaging.inspect(...args)
    },
  }
  const deps = { ...engines, imaging: counted, limits: testLimits, now: Date.now }
  const library = opening.use(createPhotoLibrary({ ...deps, inspection: 'header' }))
  const owned = opening.move()
  return { library, cost, release: held.resolve, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

test('an upload is answered before it is decoded, and its thumbnail adds the placeholder', async () => {
  await using one = await setUp({ isHeld: true })
  const bytes = await makeImage({ width: 400, height: 200, format: 'png' })
  const { photo } = await uploadBytes(one.library, bytes)
  expect(photo).toMatchObject({ width: 400, height: 200, placeholder: '' })
  expect(photo.thumbnail).toMatchObject({ width: 300, height: 150 })
  one.release()
  const thumbnail = await one.library.createThumbnail({ photoId: photo.id }, openCaller)
  expect(thumbnail).toEqual({ ...photo.thumbnail, byteSize: thumbnail.byteSize, format: 'webp' })
  const { placeholder } = await imaging.inspect(bytes, 'png', { thumbnail: thumbnailTarget })
  expect(await one.library.getPhoto(photo.id, openCaller.scope)).toEqual({ ...photo, placeholder })
  expect(one.cost).toEqual({ decodes: 1 })
})

test('a photo that cannot be decoded keeps its original, and is decoded once', async () => {
  await using one = await setUp()
  const bytes = await makeImage({ width: 400, height: 200, format: 'png' })
  bytes.fill(0, bytes.length / 2, bytes.length / 2 + 500)
  const { photo } = await uploadBytes(one.library, bytes)
  for (const choice of [{}, { width: 200 }, {}])
    await expect(
      one.library.createThumbnail({ photoId: photo.id, ...choice }, openCaller),
    ).rejects.toMatchObject({
      code: 'UNREADABLE_IMAGE',
    })
  expect(await one.library.getPhoto(photo.id, openCaller.scope)).toEqual(photo)
  const original = await one.library.obtainMedia(
    { kind: 'original', id: photo.id, format: 'png' },
    openCaller.scope,
  )
  expect(original).toMatchObject({ byteSize: bytes.length, sha256: photo.sha256 })
  expect(one.cost).toEqual({ decodes: 1 })
})

test('a file that is cut off or too large is refused by its header', async () => {
  await using one = await setUp()
  const bytes = await makeImage({ width: 400, height: 200, format: 'png' })
  const cut = uploadBytes(one.library, bytes.subarray(0, -20))
  await expect(cut).rejects.toMatchObject({ code: 'UNREADABLE_IMAGE' })
  const wide = await makeImage({ width: testLimits.maxSide + 1, height: 1, format: 'png' })
  const refused = uploadBytes(one.library, wide)
  await expect(refused).rejects.toMatchObject({ code: 'TOO_MANY_PIXELS' })
  expect(one.cost).toEqual({ decodes: 0 })
})
