import { type MediaReference, openCaller } from '@tintype/contract'
import { createImaging } from '@tintype/imaging'
import { makeImage, thumbnailTarget, unhurried } from '@tintype/imaging/testing'
import { expect, test, vi } from 'vitest'
import { createPhotoLibrary } from '../photo-library.ts'
import { openTestEngines, testLimits } from '../testing/open-test-engines.ts'
import { uploadBytes } from '../testing/upload-bytes.ts'

/** A library with a photo, whose one decoder does nothing until it is released. */
async function setUp() {
  await using opening = new AsyncDisposableStack()
  const engines = opening.use(await openTestEngines())
  const imaging = opening.use(
    createImaging({ ...unhurried, limits: testLimits, concurrency: 1, queueLength: 10 }),
  )
  const library = opening.use(createPhotoLibrary({ ...engines, imaging, limits: testLimits, now: Date.now }))
  const jpeg = await makeImage({ width: 400, height: 300, format: 'jpeg' })
  const { photo } = await uploadBytes(library, jpeg)
  const [pid = 0] = imaging.load().decoders
  process.kill(pid, 'SIGSTOP')
  opening.defer(() => void process.kill(pid, 'SIGCONT'))
  const held = imaging.render(jpeg, thumbnailTarget)
  const owned = opening.move()
  const view = (name: string, share: string) => {
    const leaving = new AbortController()
    const reference: MediaReference = { kind: 'rendition', id: photo.id, name, format: 'webp' }
    const obtaining = library.obtainMedia(reference, openCaller.scope, { share, signal: leaving.signal })
    obtaining.catch(() => undefined)
    return { obtaining, leave: () => leaving.abort(new Error('left')) }
  }
  return {
    view,
    waiting: () => imaging.load().waiting.views,
    async release() {
      process.kill(pid, 'SIGCONT')
      await held
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

const soon = { timeout: 100_000, interval: 5 }

test('B298 a view that every client has left does not wait for a decoder any more, and works again later', async () => {
  await using one = await setUp()
  const views = ['a', 'a', 'b'].map((share) => one.view('w160', share))
  await vi.waitFor(() => expect(one.waiting()).toBe(1), soon)
  views[0]?.leave()
  views[1]?.leave()
  await expect(views[1]?.obtaining).rejects.toThrow('left')
  expect(one.waiting()).toBe(1)
  views[2]?.leave()
  expect(one.waiting()).toBe(0)
  const again = one.view('w160', 'a')
  await one.release()
  expect(await again.obtaining).toMatchObject({ mimeType: 'image/webp' })
})

test('B307 a view that others wait for too is made at the turn of the caller that comes first', async () => {
  await using one = await setUp()
  const greedy = ['w160', 'w320', 'square', 'preview'].map((name) => one.view(name, 'a'))
  await vi.waitFor(() => expect(one.waiting()).toBe(4), soon)
  const honest = one.view('preview', 'b')
  const order: string[] = []
  for (const [at, { obtaining }] of greedy.entries()) void obtaining.then(() => order.push(`a${at}`))
  await one.release()
  await honest.obtaining
  await Promise.all(greedy.map(({ obtaining }) => obtaining))
  expect(order.indexOf('a3')).toBeLessThan(2)
})
