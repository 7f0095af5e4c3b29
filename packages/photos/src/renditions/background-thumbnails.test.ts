import { openCaller } from '@tintype/contract'
import { createImaging } from '@tintype/imaging'
import { makeImage, thumbnailTarget, unhurried } from '@tintype/imaging/testing'
import { describe, expect, test, vi } from 'vitest'
import { createPhotoLibrary } from '../photo-library.ts'
import { openTestEngines, testLimits } from '../testing/open-test-engines.ts'
import { uploadBytes } from '../testing/upload-bytes.ts'

/** A library that answers uploads by their header, with a photo whose thumbnail waits: the one decoder has other work. */
async function setUp() {
  await using opening = new AsyncDisposableStack()
  const engines = opening.use(await openTestEngines())
  const options = { ...unhurried, limits: testLimits, concurrency: 1, queueLength: 10 }
  const imaging = opening.use(createImaging(options))
  const deps = { ...engines, imaging, limits: testLimits, now: Date.now, inspection: 'header' } as const
  const library = opening.use(createPhotoLibrary(deps))
  const jpeg = await makeImage({ width: 400, height: 300, format: 'jpeg' })
  imaging.warm()
  const [pid = 0] = imaging.load().decoders
  process.kill(pid, 'SIGSTOP')
  opening.defer(() => void process.kill(pid, 'SIGCONT'))
  const requests = [imaging.render(jpeg, thumbnailTarget)]
  const { photo } = await uploadBytes(library, jpeg)
  await vi.waitFor(() => expect(imaging.load()).toMatchObject({ active: 1, queued: 1 }), { timeout: 100_000 })
  requests.push(imaging.render(jpeg, thumbnailTarget))
  const owned = opening.move()
  return {
    library,
    imaging,
    photo,
    /** Lets the decoder work; resolves when what was requested from it is done. */
    async release() {
      process.kill(pid, 'SIGCONT')
      await Promise.all(requests)
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

describe('a thumbnail of a photo that was not decoded', () => {
  test('is made when no request waits', async () => {
    await using one = await setUp()
    expect(await one.library.listThumbnails(one.photo.id, openCaller.scope)).toEqual([])
    await one.release()
    await vi.waitFor(
      async () => expect(await one.library.listThumbnails(one.photo.id, openCaller.scope)).toHaveLength(1),
      {
        timeout: 100_000,
        interval: 5,
      },
    )
  })

  test('is made before later requests once a client requests it', async () => {
    await using one = await setUp()
    const asked = one.library.createThumbnail({ photoId: one.photo.id }, openCaller)
    await new Promise(setImmediate) // the request finds the photo first
    const image = await makeImage({ width: 4, height: 4, format: 'png' })
    const later = one.imaging.render(image, thumbnailTarget)
    await one.release()
    await later
    expect((await one.library.getPhoto(one.photo.id, openCaller.scope)).placeholder).not.toBe('')
    expect(await asked).toMatchObject({ width: 300, height: 225 })
  })

  test('B308 is dropped if the library is closed, and made on its first view', async () => {
    await using one = await setUp()
    await one.library[Symbol.asyncDispose]()
    expect(one.imaging.load()).toMatchObject({ active: 1, queued: 1 })
    expect(await one.library.listThumbnails(one.photo.id, openCaller.scope)).toEqual([])
    await one.release()
  })
})
