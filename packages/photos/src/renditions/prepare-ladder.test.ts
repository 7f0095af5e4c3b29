import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { samplePhoto } from '@tintype/catalog/testing'
import { TintypeError } from '@tintype/contract'
import { createImaging, type Imaging } from '@tintype/imaging'
import {
  canaries,
  cornerColours,
  cornerDistance,
  makeGpsJpeg,
  makeImage,
  makeQuadrants,
  quadrantColours,
  thumbnailTarget,
  unhurried,
} from '@tintype/imaging/testing'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { originalKey, renditionKey } from '../blob-keys.ts'
import { keysOf, openTestEngines, testLimits } from '../testing/open-test-engines.ts'
import type { RenditionDependencies } from './make-rendition.ts'
import { createRenditions } from './renditions.ts'

let imaging: Imaging

beforeAll(() => {
  imaging = createImaging({ ...unhurried, limits: testLimits, concurrency: 2, queueLength: 200 })
})
afterAll(() => imaging[Symbol.asyncDispose]())

/** One stored photo whose ladder can be made. */
async function setUp(jpeg?: Uint8Array, overrides: Partial<RenditionDependencies> = {}) {
  await using opening = new AsyncDisposableStack()
  const engines = opening.use(await openTestEngines())
  const deps: RenditionDependencies = { ...engines, imaging, ...overrides }
  const bytes = jpeg ?? (await makeImage({ width: 400, height: 300, format: 'jpeg' }))
  const { width, height } = await imaging.inspect(bytes, 'jpeg', { thumbnail: thumbnailTarget })
  const photo = samplePhoto({ format: 'jpeg', width, height })
  const original = originalKey(photo.id, 'jpeg')
  await engines.blobs.put(original, bytes, { contentType: 'image/jpeg', ifExists: 'fail' })
  await engines.catalog.insert(photo)
  const renditions = opening.use(createRenditions(deps))
  const owned = opening.move()
  return {
    photo,
    engines,
    renditions,
    /** Resolves when every rendition has been made. */
    rest: () =>
      vi.waitFor(() => expect(renditions.laddersAhead()).toBe(0), { timeout: 100_000, interval: 5 }),
    files: async () => (await keysOf(engines.blobs)).filter((key) => key.startsWith('renditions/')).sort(),
    keys: (names: readonly string[]) =>
      names
        .flatMap((name) => [renditionKey(photo.id, name, 'avif'), renditionKey(photo.id, name, 'webp')])
        .sort(),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

describe('the ladder that is made in the background', () => {
  test('has every width that the photo has, in WebP and AVIF, bytes and rows', async () => {
    await using one = await setUp(await makeImage({ width: 640, height: 427, format: 'jpeg' }))
    one.renditions.prepareLadder(one.photo)
    expect(one.renditions.laddersAhead()).toBe(1)
    await one.rest()
    expect(await one.files()).toEqual(one.keys(['w160', 'w320', 'w480', 'w640']))
    const rows = await one.engines.catalog.listRenditions(one.photo.id)
    expect(rows).toHaveLength(8)
    for (const { name, format, width, height, byteSize } of rows) {
      expect(name).toBe(`w${width}`)
      expect(height).toBe(Math.round((width * 427) / 640))
      const stored = await one.engines.blobs.stat(renditionKey(one.photo.id, name, format))
      expect(stored?.byteSize).toBe(byteSize)
    }
    expect(one.engines.log.lines).toEqual([])
  })

  test.each(['UNREADABLE_IMAGE', 'TOO_MANY_PIXELS'] as const)(
    'is made on first view, like the thumbnail, if one width fails with %s',
    async (code) => {
      const othersWait = Promise.withResolvers<void>()
      let isFirst = true
      const failing: Imaging = {
        ...imaging,
        async renderFormats(_source, _target, { signal } = {}) {
          if (isFirst) {
            isFirst = false
            await othersWait.promise
            throw new TintypeError(code, 'The decoder gave up')
          }
          othersWait.resolve()
          return new Promise((_resolve, reject) =>
            signal?.addEventListener('abort', () => reject(signal.reason)),
          )
        },
      }
      await using one = await setUp(undefined, { imaging: failing })
      one.renditions.prepareLadder(one.photo)
      await one.rest()
      for (const name of ['thumb', 'w160'])
        expect(await one.renditions.obtain(one.photo, name, 'webp')).toMatchObject({ name })
      expect(one.engines.log.lines).toMatchObject([{ facts: { event: 'ladder', err: { code } } }])
    },
  )

  test.each([
    ['B132 is upright', () => makeQuadrants({ width: 200, height: 160, format: 'jpeg', orientation: 6 })],
    ['B151 has no metadata', () => makeGpsJpeg()],
  ])('%s', async (name, make) => {
    await using one = await setUp(await make())
    one.renditions.prepareLadder(one.photo)
    await one.rest()
    const files = await one.files()
    expect(files).toEqual(one.keys(['w160']))
    for (const key of files) {
      const blob = await one.engines.blobs.open(key as ReturnType<typeof renditionKey>)
      const bytes = await buffer(blob?.body ?? Readable.from([]))
      for (const text of [...canaries, 'Exif\0']) expect(bytes.includes(text)).toBe(false)
      if (name.startsWith('B132'))
        expect(cornerDistance(await cornerColours(bytes), quadrantColours)).toBeLessThan(12)
    }
  })

  test('decodes the original once for each width, and makes no existing rendition again', async () => {
    const jobs: unknown[] = []
    const counting: Imaging = {
      ...imaging,
      renderFormats(source, target, wait) {
        jobs.push(target)
        return imaging.renderFormats(source, target, wait)
      },
    }
    await using one = await setUp(undefined, { imaging: counting })
    const early = await one.renditions.obtain(one.photo, 'w160', 'webp')
    one.renditions.prepareLadder(one.photo)
    await one.rest()
    const expected = [
      { width: 320, formats: ['avif', 'webp'] },
      { width: 160, formats: ['avif'] },
    ]
    expect(jobs).toEqual(expected)
    expect(await one.renditions.obtain(one.photo, 'w160', 'webp')).toEqual(early)
    one.renditions.prepareLadder(one.photo)
    await one.rest()
    expect(jobs).toEqual(expected)
  })

  test('B298 is in the background, but a rendition that a client requests is made first', async () => {
    const held = Promise.withResolvers<void>()
    const lanes: unknown[] = []
    const joined: string[] = []
    const holding: Imaging = {
      ...imaging,
      async renderFormats(source, target, wait) {
        lanes.push(wait?.lane)
        if (target.width === 320) await held.promise
        return imaging.renderFormats(source, target, wait)
      },
      join: (key, share) => void joined.push(`${key} ${share}`),
    }
    await using one = await setUp(undefined, { imaging: holding })
    one.renditions.prepareLadder(one.photo)
    await vi.waitFor(() => expect(lanes).toHaveLength(2), { timeout: 100_000 })
    const asked = ['a', 'a', 'b'].map((share) => one.renditions.obtain(one.photo, 'w320', 'avif', { share }))
    const key = renditionKey(one.photo.id, 'w320', 'avif')
    expect(joined).toEqual([`${key} a`, `${key} b`])
    held.resolve()
    for (const made of await Promise.all(asked))
      expect(made).toMatchObject({ width: 320, height: 240, format: 'avif' })
    await one.rest()
    expect(lanes).toEqual(['background', 'background'])
  })

  test('is empty for a photo narrower than every width', async () => {
    await using one = await setUp(await makeImage({ width: 159, height: 300, format: 'jpeg' }))
    one.renditions.prepareLadder(one.photo)
    await one.rest()
    expect(await one.files()).toEqual([])
    expect(one.engines.log.lines).toEqual([])
  })
})

describe('a ladder that cannot be made', () => {
  const busy = new TintypeError('OVERLOADED', 'busy')

  test('is logged once, and made on request', async () => {
    const failing = { ...imaging, renderFormats: () => Promise.reject(busy) }
    await using one = await setUp(undefined, { imaging: failing })
    one.renditions.prepareLadder(one.photo)
    await one.rest()
    expect(one.engines.log.lines).toMatchObject([
      { level: 'warn', facts: { event: 'ladder', photoId: one.photo.id, err: busy } },
    ])
    expect(await one.files()).toEqual([])
    expect(await one.renditions.obtain(one.photo, 'w320', 'avif')).toMatchObject({ width: 320 })
  })

  test('B156 because its photo is deleted in the meantime leaves nothing, and is not logged', async () => {
    let deleted = 0
    const deleting: Imaging = {
      ...imaging,
      async renderFormats(...args) {
        const made = await imaging.renderFormats(...args)
        if (deleted++ === 0) await one.engines.catalog.delete(one.photo.id)
        return made
      },
    }
    await using one = await setUp(undefined, { imaging: deleting })
    one.renditions.prepareLadder(one.photo)
    await one.rest()
    expect(deleted).toBeGreaterThan(0)
    expect(await one.files()).toEqual([])
    expect(one.engines.log.lines).toEqual([])
  })

  test('B156 is not logged for a photo whose bytes are deleted during the decode', async () => {
    const renderFormats: Imaging['renderFormats'] = async () => {
      await one.engines.catalog.delete(one.photo.id)
      throw new TintypeError('INTERNAL', 'The stored image cannot be read')
    }
    await using one = await setUp(undefined, { imaging: { ...imaging, renderFormats } })
    one.renditions.prepareLadder(one.photo)
    await one.rest()
    expect(await one.files()).toEqual([])
    expect(one.engines.log.lines).toEqual([])
  })

  test('B156 is not logged for a photo that was deleted before its turn', async () => {
    await using one = await setUp()
    await one.engines.catalog.delete(one.photo.id)
    await one.engines.blobs.delete(originalKey(one.photo.id, 'jpeg'))
    one.renditions.prepareLadder(one.photo)
    await one.rest()
    expect(await one.files()).toEqual([])
    expect(one.engines.log.lines).toEqual([])
  })
})

test('disposing ends a ladder: no waiting rendition is made, and the finished ones are complete', async () => {
  const held = Promise.withResolvers<void>()
  let jobs = 0
  const holding: Imaging = {
    ...imaging,
    async renderFormats(...args) {
      jobs += 1
      if (jobs > 1) await held.promise // as if decoders had other work
      return imaging.renderFormats(...args)
    },
  }
  const jpeg = await makeImage({ width: 640, height: 427, format: 'jpeg' })
  await using one = await setUp(jpeg, { imaging: holding })
  const rows = () => one.engines.catalog.listRenditions(one.photo.id)
  one.renditions.prepareLadder(one.photo)
  await vi.waitFor(async () => expect(await rows()).toHaveLength(2), { timeout: 100_000 })
  await vi.waitFor(() => expect(jobs).toBe(4), { timeout: 100_000 })
  const disposal = one.renditions[Symbol.asyncDispose]()
  held.resolve()
  await disposal
  expect(one.renditions.laddersAhead()).toBe(0)
  const made = (await rows()).map(({ name, format }) => renditionKey(one.photo.id, name, format))
  expect(made.sort()).toEqual(one.keys(['w640']))
  expect(await one.files()).toEqual(made)
  expect(one.engines.log.lines).toEqual([])
})
