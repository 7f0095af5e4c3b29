import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import type { PhotoRecord } from '@tintype/catalog'
import { samplePhoto, sampleRendition } from '@tintype/catalog/testing'
import { ladder, TintypeError } from '@tintype/contract'
import { createImaging, type Imaging } from '@tintype/imaging'
import { makeImage, unhurried } from '@tintype/imaging/testing'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
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

/** One stored photo, and renditions that count their work. */
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

test('a rendition has bytes and a row, and is made once', async () => {
  await using one = await setUp()
  const made = await one.renditions.obtain(one.photo, 'w160', 'webp')
  expect(made).toMatchObject({ photoId: one.photo.id, name: 'w160', format: 'webp', width: 160, height: 120 })
  const blob = await one.engines.blobs.open(renditionKey(one.photo.id, 'w160', 'webp'))
  expect((await buffer(blob?.body ?? Readable.from([]))).length).toBe(made.byteSize)
  expect(await one.engines.catalog.getRendition(one.photo.id, 'w160', 'webp')).toEqual(made)
  expect(await one.renditions.obtain(one.photo, 'w160', 'webp')).toEqual(made)
  expect(one.cost).toEqual({ renders: 1, puts: 1 })
})

test('B298 five hundred concurrent requests for one rendition make it once', async () => {
  await using one = await setUp()
  const requests = Array.from({ length: 500 }, () => one.renditions.obtain(one.photo, 'thumb', 'webp'))
  const made = await Promise.all(requests)
  expect(new Set(made.map(({ sha256 }) => sha256)).size).toBe(1)
  expect(one.cost).toEqual({ renders: 1, puts: 1 })
  expect(await renditionsOf(one)).toEqual([renditionKey(one.photo.id, 'thumb', 'webp')])
})

describe('the thumbnail of a photo that was not decoded', () => {
  const dropped = new TintypeError('ABORTED', 'newer work took its place')

  /** Imaging whose first inspection fails. */
  function failOnce(error: TintypeError): Imaging {
    let hasFailed = false
    const inspect: Imaging['inspect'] = (...args) => {
      if (hasFailed) return imaging.inspect(...args)
      hasFailed = true
      return Promise.reject(error)
    }
    return { ...imaging, inspect }
  }

  test('is made in the background, and fills in the placeholder', async () => {
    const waits: unknown[] = []
    const inspect: Imaging['inspect'] = (source, format, options) => {
      waits.push(options.lane)
      return imaging.inspect(source, format, options)
    }
    await using one = await setUp({ imaging: { ...imaging, inspect } })
    one.renditions.prepareThumbnail({ ...one.photo, placeholder: '' })
    await vi.waitFor(async () => expect(await renditionsOf(one)).toHaveLength(1), { timeout: 100_000 })
    expect(waits).toEqual(['background'])
    expect((await one.engines.catalog.get(one.photo.id))?.placeholder).not.toBe(one.photo.placeholder)
  })

  test('is made on its first view, without a log line, if newer ones took its place', async () => {
    await using one = await setUp({ imaging: failOnce(dropped) })
    const photo = { ...one.photo, placeholder: '' }
    one.renditions.prepareThumbnail(photo)
    await one.renditions[Symbol.asyncDispose]()
    expect(await renditionsOf(one)).toEqual([])
    expect(one.engines.log.lines).toEqual([])
    expect(await one.renditions.obtain(photo, 'thumb', 'webp')).toMatchObject({ width: 300 })
  })

  test('is made for a client that requested it just before it was dropped', async () => {
    await using one = await setUp({ imaging: failOnce(dropped) })
    const photo = { ...one.photo, placeholder: '' }
    one.renditions.prepareThumbnail(photo)
    expect(await one.renditions.obtain(photo, 'thumb', 'webp')).toMatchObject({ width: 300 })
  })

  test('is logged and made on its first view if it cannot be made', async () => {
    const busy = new TintypeError('OVERLOADED', 'busy')
    await using one = await setUp({ imaging: failOnce(busy) })
    one.renditions.prepareThumbnail({ ...one.photo, placeholder: '' })
    await vi.waitFor(() => expect(one.engines.log.lines).toHaveLength(1), { timeout: 100_000 })
    expect(one.engines.log.lines).toMatchObject([{ level: 'warn', facts: { event: 'thumbnail', err: busy } }])
  })
})

test('a failure rejects every request that waits, and is not kept', async () => {
  let isBusy = true
  const busy = new TintypeError('OVERLOADED', 'busy', { retryAfterSeconds: 1 })
  const render: Imaging['render'] = (...args) => (isBusy ? Promise.reject(busy) : imaging.render(...args))
  await using one = await setUp({ imaging: { ...imaging, render } })
  const requests = [1, 2, 3].map(() => one.renditions.obtain(one.photo, 'thumb', 'webp'))
  const results = await Promise.allSettled(requests)
  expect(results.map((result) => result.status === 'rejected' && result.reason)).toEqual([busy, busy, busy])
  isBusy = false
  expect((await one.renditions.obtain(one.photo, 'thumb', 'webp')).width).toBe(300)
})

describe('a rendition whose row exists but whose bytes are lost', () => {
  const key = (one: Awaited<ReturnType<typeof setUp>>, name: string) =>
    renditionKey(one.photo.id, name, 'webp')

  test('is made again, once for all requests, and logged', async () => {
    await using one = await setUp()
    const made = await one.renditions.obtain(one.photo, 'w160', 'webp')
    await one.engines.blobs.delete(key(one, 'w160'))
    const requests = Array.from({ length: 50 }, () => one.renditions.obtain(one.photo, 'w160', 'webp'))
    for (const again of await Promise.all(requests)) expect(again).toEqual(made)
    expect(one.cost).toEqual({ renders: 2, puts: 2 })
    expect(await one.engines.blobs.stat(key(one, 'w160'))).toMatchObject({ byteSize: made.byteSize })
    expect(one.engines.log.lines).toMatchObject([{ level: 'warn', facts: { event: 'rendition-lost' } }])
  })

  test('is made again if other bytes replaced it, and its row describes the new bytes', async () => {
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

  test('B297 is made again even if the photo has as many custom sizes as allowed', async () => {
    await using one = await setUp()
    for (let at = 0; at < maxCustomRenditions; at += 1)
      await one.engines.catalog.putRendition(sampleRendition(one.photo.id, { name: `${11 + at}x10-fill` }))
    expect(await one.renditions.obtain(one.photo, '11x10-fill', 'webp')).toMatchObject({ width: 11 })
  })
})

describe('B156 a photo that is deleted in the meantime', () => {
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

  test('B181 or whose bytes are lost, does not exist', async () => {
    await using one = await setUp()
    await one.engines.blobs.delete(originalKey(one.photo.id, 'jpeg'))
    await expect(one.renditions.obtain(one.photo, 'w160', 'webp')).rejects.toMatchObject({
      code: 'PHOTO_NOT_FOUND',
    })
  })
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

  test('are bounded even if all are requested at once', async () => {
    await using one = await setUp()
    const requests = Array.from({ length: 100 }, (_, at) =>
      one.renditions.obtain(one.photo, nameOf(at), 'png'),
    )
    const results = await Promise.allSettled(requests)
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(maxCustomRenditions)
    expect(await renditionsOf(one)).toHaveLength(maxCustomRenditions)
  })
})

test('disposing waits for renditions in progress', async () => {
  await using one = await setUp()
  const request = one.renditions.obtain(one.photo, 'preview', 'webp')
  await one.renditions[Symbol.asyncDispose]()
  expect(await renditionsOf(one)).toHaveLength(1)
  expect((await request).name).toBe('preview')
})
