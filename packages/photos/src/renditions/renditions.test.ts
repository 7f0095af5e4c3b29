import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import type { PhotoRecord } from '@tintype/catalog'
import { samplePhoto, sampleRendition } from '@tintype/catalog/testing'
import { ladder, TintypeError } from '@tintype/contract'
import { createImaging, type Imaging } from '@tintype/imaging'
import { makeImage, unhurried } from '@tintype/imaging/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { originalKey, renditionKey } from '../blob-keys.ts'
import { keysOf, openTestEngines, testLimits } from '../testing/open-test-engines.ts'
import { maxCustomRenditions, type RenditionDependencies } from './make-rendition.ts'
import { createRenditions } from './renditions.ts'

let imaging: Imaging
let jpeg: Uint8Array

beforeAll(async () => {
  imaging = createImaging({ ...unhurried, limits: testLimits, concurrency: 2, queueLength: 200 })
  jpeg = await makeImage({ width: 400, height: 300, format: 'jpeg' })
})
afterAll(() => imaging[Symbol.asyncDispose]())

/** One stored photo, and renditions that count what they cost. */
async function setUp(overrides: Partial<RenditionDependencies> = {}) {
  const engines = await openTestEngines()
  const photo: PhotoRecord = samplePhoto({ format: 'jpeg', width: 400, height: 300 })
  await engines.blobs.put(originalKey(photo.id, 'jpeg'), jpeg, {
    contentType: 'image/jpeg',
    ifExists: 'fail',
  })
  await engines.catalog.insert(photo)
  const cost = { renders: 0, puts: 0 }
  const counted: RenditionDependencies = {
    ...engines,
    imaging: {
      ...imaging,
      render(...args) {
        cost.renders += 1
        return imaging.render(...args)
      },
      renderPreview(...args) {
        cost.renders += 1
        return imaging.renderPreview(...args)
      },
    },
    blobs: {
      ...engines.blobs,
      put(...args) {
        cost.puts += 1
        return engines.blobs.put(...args)
      },
    },
    ...overrides,
  }
  const renditions = createRenditions(counted)
  return { photo, engines, cost, renditions, [Symbol.asyncDispose]: () => engines[Symbol.asyncDispose]() }
}

const renditionsOf = async ({ engines }: Awaited<ReturnType<typeof setUp>>) =>
  (await keysOf(engines.blobs)).filter((key) => key.startsWith('renditions/'))

test('a rendition is bytes and row, and made no second time', async () => {
  await using one = await setUp()
  const made = await one.renditions.obtain(one.photo, 'w160', 'webp')
  expect(made).toMatchObject({ photoId: one.photo.id, name: 'w160', format: 'webp', width: 160, height: 120 })
  const blob = await one.engines.blobs.open(renditionKey(one.photo.id, 'w160', 'webp'))
  expect((await buffer(blob?.body ?? Readable.from([]))).length).toBe(made.byteSize)
  expect(await one.engines.catalog.getRendition(one.photo.id, 'w160', 'webp')).toEqual(made)
  expect(await one.renditions.obtain(one.photo, 'w160', 'webp')).toEqual(made)
  expect(one.cost).toEqual({ renders: 1, puts: 1 })
})

test('B298 five hundred who ask at once for one rendition cost one', async () => {
  await using one = await setUp()
  const wishes = Array.from({ length: 500 }, () => one.renditions.obtain(one.photo, 'thumb', 'webp'))
  const made = await Promise.all(wishes)
  expect(new Set(made.map(({ sha256 }) => sha256)).size).toBe(1)
  expect(one.cost).toEqual({ renders: 1, puts: 1 })
  expect(await renditionsOf(one)).toEqual([renditionKey(one.photo.id, 'thumb', 'webp')])
})

test('the thumbnail that is made ahead of its first view is the one that is viewed', async () => {
  await using one = await setUp()
  const { preview } = await imaging.inspect(jpeg, 'jpeg')
  one.renditions.prepareThumbnail(one.photo, preview)
  expect(await one.renditions.obtain(one.photo, 'thumb', 'webp')).toMatchObject({ width: 300, height: 225 })
  expect(one.cost).toEqual({ renders: 1, puts: 1 })
})

test('the thumbnail that is made ahead waits behind everything, but not for whoever asks for it', async () => {
  await using one = await setUp()
  const { preview } = await imaging.inspect(jpeg, 'jpeg')
  const patience: (boolean | undefined)[] = []
  const held = Promise.withResolvers<undefined>()
  const renderPreview: Imaging['renderPreview'] = (_preview, _target, wait) => {
    patience.push(wait?.isPatient?.())
    return held.promise.then(() => {
      patience.push(wait?.isPatient?.())
      return undefined
    })
  }
  const renditions = createRenditions({
    ...one.engines,
    imaging: { ...imaging, renderPreview },
  })
  renditions.prepareThumbnail(one.photo, preview)
  const wish = renditions.obtain(one.photo, 'thumb', 'webp')
  held.resolve(undefined)
  // its pixels proved to be gone, so it is made from the original
  expect(await wish).toMatchObject({ width: 300, height: 225 })
  expect(patience).toEqual([true, false])
})

test('a thumbnail whose pixels are gone before anybody asked is left to its first view, and no trouble', async () => {
  await using one = await setUp({ imaging: { ...imaging, renderPreview: async () => undefined } })
  const { preview } = await imaging.inspect(jpeg, 'jpeg')
  one.renditions.prepareThumbnail(one.photo, preview)
  await one.renditions[Symbol.asyncDispose]()
  expect(await renditionsOf(one)).toEqual([])
  expect(one.engines.log.lines).toEqual([])
  expect(await one.renditions.obtain(one.photo, 'thumb', 'webp')).toMatchObject({ width: 300 })
})

test('of many thumbnails that are to be made ahead the oldest are given up', async () => {
  const signals: AbortSignal[] = []
  const renderPreview: Imaging['renderPreview'] = (_preview, _target, { signal } = {}) =>
    new Promise((_resolve, reject) => {
      if (!signal) return
      signals.push(signal)
      signal.addEventListener('abort', () => reject(new TintypeError('ABORTED', 'given up')))
    })
  await using one = await setUp({ imaging: { ...imaging, renderPreview } })
  const { preview } = await imaging.inspect(jpeg, 'jpeg')
  for (let at = 0; at < 70; at += 1)
    one.renditions.prepareThumbnail(samplePhoto({ format: 'jpeg', width: 400, height: 300 }), preview)
  expect(signals.map(({ aborted }) => aborted)).toEqual(Array.from({ length: 70 }, (_, at) => at < 6))
})

test('a failure is told to all who asked, and not kept', async () => {
  let isBusy = true
  const busy = new TintypeError('OVERLOADED', 'busy', { retryAfterSeconds: 1 })
  const render: Imaging['render'] = (...args) => (isBusy ? Promise.reject(busy) : imaging.render(...args))
  await using one = await setUp({ imaging: { ...imaging, render } })
  const wishes = [1, 2, 3].map(() => one.renditions.obtain(one.photo, 'thumb', 'webp'))
  const told = await Promise.allSettled(wishes)
  expect(told.map((result) => result.status === 'rejected' && result.reason)).toEqual([busy, busy, busy])
  isBusy = false
  expect((await one.renditions.obtain(one.photo, 'thumb', 'webp')).width).toBe(300)
})

describe('a rendition whose bytes are lost behind its row', () => {
  const key = (one: Awaited<ReturnType<typeof setUp>>, name: string) =>
    renditionKey(one.photo.id, name, 'webp')

  test('is made again, once for all who ask, and told to the log', async () => {
    await using one = await setUp()
    const made = await one.renditions.obtain(one.photo, 'w160', 'webp')
    await one.engines.blobs.delete(key(one, 'w160'))
    const wishes = Array.from({ length: 50 }, () => one.renditions.obtain(one.photo, 'w160', 'webp'))
    for (const again of await Promise.all(wishes)) expect(again).toEqual(made)
    expect(one.cost).toEqual({ renders: 2, puts: 2 })
    expect(await one.engines.blobs.stat(key(one, 'w160'))).toMatchObject({ byteSize: made.byteSize })
    expect(one.engines.log.lines).toMatchObject([{ level: 'warn', facts: { event: 'rendition-lost' } }])
  })

  test('is made again where other bytes lie in its place, and its row tells of the new ones', async () => {
    await using one = await setUp()
    await one.engines.catalog.putRendition(sampleRendition(one.photo.id, { name: 'w160', byteSize: 7 }))
    await one.engines.blobs.put(key(one, 'w160'), Buffer.from('foreign'.repeat(2)), {
      contentType: 'image/webp',
      ifExists: 'fail',
    })
    const made = await one.renditions.obtain(one.photo, 'w160', 'webp')
    expect(made).toMatchObject({ width: 160, height: 120 })
    expect(await one.engines.blobs.stat(key(one, 'w160'))).toMatchObject({ byteSize: made.byteSize })
    expect(await one.engines.catalog.getRendition(one.photo.id, 'w160', 'webp')).toEqual(made)
  })

  test('B297 has its place, also where the photo has as many of custom sizes as it may', async () => {
    await using one = await setUp()
    for (let at = 0; at < maxCustomRenditions; at += 1)
      await one.engines.catalog.putRendition(sampleRendition(one.photo.id, { name: `${11 + at}x10-fill` }))
    expect(await one.renditions.obtain(one.photo, '11x10-fill', 'webp')).toMatchObject({ width: 11 })
  })
})

describe('B156 a photo that is deleted meanwhile', () => {
  test('keeps no bytes, and does not exist', async () => {
    await using one = await setUp()
    const putRendition: typeof one.engines.catalog.putRendition = async (rendition) => {
      await one.engines.catalog.delete(one.photo.id)
      return one.engines.catalog.putRendition(rendition)
    }
    const renditions = createRenditions({
      ...one.engines,
      imaging,
      catalog: { ...one.engines.catalog, putRendition },
    })
    await expect(renditions.obtain(one.photo, 'thumb', 'webp')).rejects.toMatchObject({
      code: 'PHOTO_NOT_FOUND',
    })
    expect(await renditionsOf(one)).toEqual([])
  })

  test('is no trouble worth logging where the thumbnail was made ahead', async () => {
    await using one = await setUp()
    await one.engines.catalog.delete(one.photo.id)
    const { preview } = await imaging.inspect(jpeg, 'jpeg')
    one.renditions.prepareThumbnail(one.photo, preview)
    await one.renditions[Symbol.asyncDispose]()
    expect(await renditionsOf(one)).toEqual([])
    expect(one.engines.log.lines).toEqual([])
  })

  test('B181 or whose bytes are lost, does not exist', async () => {
    await using one = await setUp()
    await one.engines.blobs.delete(originalKey(one.photo.id, 'jpeg'))
    await expect(one.renditions.obtain(one.photo, 'w160', 'webp')).rejects.toMatchObject({
      code: 'PHOTO_NOT_FOUND',
    })
  })
})

test('a thumbnail that cannot be made ahead is logged and left to its first view', async () => {
  const busy = new TintypeError('OVERLOADED', 'busy')
  await using one = await setUp({ imaging: { ...imaging, renderPreview: () => Promise.reject(busy) } })
  const { preview } = await imaging.inspect(jpeg, 'jpeg')
  one.renditions.prepareThumbnail(one.photo, preview)
  await one.renditions[Symbol.asyncDispose]()
  expect(one.engines.log.lines).toMatchObject([{ level: 'warn', facts: { event: 'thumbnail' } }])
})

test.each(['w161', 'huge', '', '300x300-inside', '0x10-cover', '5000x1-fill'])(
  '%j is no name',
  async (name) => {
    await using one = await setUp()
    await expect(one.renditions.obtain(one.photo, name, 'webp')).rejects.toMatchObject({
      code: 'RENDITION_NOT_FOUND',
    })
    expect(one.cost).toEqual({ renders: 0, puts: 0 })
  },
)

describe('B297 custom sizes', () => {
  const nameOf = (at: number) => `${11 + at}x10-fill`

  test('are bounded for each photo; presets and the ladder are not', async () => {
    await using one = await setUp()
    for (let at = 0; at < maxCustomRenditions - 1; at += 1) {
      await one.engines.catalog.putRendition(sampleRendition(one.photo.id, { name: nameOf(at) }))
    }
    for (const width of ladder) {
      await one.engines.catalog.putRendition(sampleRendition(one.photo.id, { name: `w${width}` }))
    }
    const last = nameOf(maxCustomRenditions - 1)
    await one.renditions.obtain(one.photo, last, 'png')
    await expect(one.renditions.obtain(one.photo, '9x9-fill', 'png')).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
      facts: { limit: maxCustomRenditions },
    })
    expect(await one.renditions.obtain(one.photo, last, 'png')).toMatchObject({ name: last })
    expect(await one.renditions.obtain(one.photo, 'thumb', 'jpg')).toMatchObject({ name: 'thumb' })
  })

  test('are bounded also where all are wished for at once', async () => {
    await using one = await setUp()
    const wishes = Array.from({ length: 100 }, (_, at) => one.renditions.obtain(one.photo, nameOf(at), 'png'))
    const results = await Promise.allSettled(wishes)
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(maxCustomRenditions)
    expect(await renditionsOf(one)).toHaveLength(maxCustomRenditions)
  })
})

test('disposing waits for what is under way', async () => {
  await using one = await setUp()
  const wish = one.renditions.obtain(one.photo, 'preview', 'webp')
  await one.renditions[Symbol.asyncDispose]()
  expect(await renditionsOf(one)).toHaveLength(1)
  expect((await wish).name).toBe('preview')
})
