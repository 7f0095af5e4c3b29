import { mkdtempDisposable } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { openMemoryCatalog } from '@tintype/catalog/drivers/memory'
import { openCaller } from '@tintype/contract'
import { createImaging, type Imaging } from '@tintype/imaging'
import { makeImage, unhurried } from '@tintype/imaging/testing'
import { createPhotoLibrary, type UploadLimits } from '@tintype/photos'
import { type BlobStore, openStaging } from '@tintype/storage'
import { openMemoryBlobStore } from '@tintype/storage/drivers/memory'
import mount from 'koa-mount'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { CallMemoryLimits } from '../call-memory.ts'
import { serveApp } from '../testing/serve-app.ts'
import { mediaRoutes } from './media-routes.ts'

const limits: UploadLimits = {
  maxUploadByteSize: 1024 * 1024,
  allowedFormats: ['jpeg'],
  maxPixels: 1_000_000,
  maxAvifPixels: 1_000_000,
  maxSide: 10_000,
  maxFrames: 1,
}
let imaging: Imaging
let jpeg: Uint8Array

beforeAll(async () => {
  imaging = createImaging({ ...unhurried, limits, concurrency: 1, queueLength: 10 })
  jpeg = await makeImage({ width: 400, height: 300, format: 'jpeg' })
})
afterAll(() => imaging[Symbol.asyncDispose]())

/** Media over HTTP, with one photo in a store that records its calls. */
async function serve(memoryLimits?: CallMemoryLimits) {
  await using stack = new AsyncDisposableStack()
  const home = stack.use(await mkdtempDisposable(`${tmpdir()}/tintype-test-`))
  const memory = { memoryByteSize: 1024 * 1024, memoryBudgetByteSize: 1024 * 1024 }
  const staging = stack.use(await openStaging({ directory: home.path, ...memory }))
  const store = stack.use(await openMemoryBlobStore())
  const catalog = stack.use(await openMemoryCatalog())
  const calls: string[] = []
  let held = { begin() {}, ended: Promise.resolve() }
  const counted =
    <Args extends readonly unknown[], Result>(name: string, method: (...args: Args) => Result) =>
    (...args: Args): Result => {
      calls.push(name)
      return method(...args)
    }
  const blobs: BlobStore = {
    ...store,
    stat: counted('stat', store.stat),
    open: counted('open', async (...args) => {
      const { begin, ended } = held
      held = { begin() {}, ended: Promise.resolve() }
      begin()
      await ended
      return await store.open(...args)
    }),
    put: counted('put', store.put),
  }
  const log = { info() {}, warn() {}, error() {} }
  const photos = stack.use(
    createPhotoLibrary({ staging, blobs, catalog, imaging, limits, log, now: Date.now }),
  )
  await using session = photos.beginUpload()
  await session.write(jpeg.slice())
  const { photo } = await session.finish({}, { withThumbnail: true })
  const { send } = stack.use(
    await serveApp((app) => {
      app.use(async (ctx, next) => {
        Object.assign(ctx.state, { tintype: { caller: openCaller } })
        await next()
      })
      app.use(
        mount(
          '/media',
          mediaRoutes(photos, {
            access: { permitMedia: () => undefined, shareOf: () => 'test' },
            delivery: { kind: 'stream' },
            ...(memoryLimits && { memoryLimits }),
          }),
        ),
      )
    }),
  )
  const owned = stack.move()
  calls.length = 0
  /** Removes everything under a prefix from the store only. */
  const lose = async (prefix: string) => {
    for await (const { key } of store.list(prefix)) await store.delete(key)
  }
  /** Replaces everything under a prefix by bytes of another length. */
  const spoil = async (prefix: string) => {
    for await (const { key } of store.list(prefix))
      await store.put(key, Buffer.from('foreign'), { contentType: 'image/webp', ifExists: 'replace' })
  }
  /** Holds the next opening until its end. */
  const holdOpening = () => {
    const [begun, ended] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    held = { begin: begun.resolve, ended: ended.promise }
    return { begun: begun.promise, end: ended.resolve }
  }
  return {
    photo,
    photos,
    holdOpening,
    send,
    lose,
    spoil,
    calls,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

describe('a rendition with a lost file', () => {
  test.each(['GET', 'HEAD'])('is made again, once, and %s answers with it', async (method) => {
    await using one = await serve()
    const { url } = one.photo.thumbnail
    const before = await one.send(url)
    await one.lose('renditions/')
    one.calls.length = 0
    const answers = await Promise.all([1, 2, 3, 4].map(() => one.send(url, {}, method)))
    for (const { status, headers, bytes } of answers) {
      expect(status).toBe(200)
      expect(headers).toMatchObject({
        etag: before.headers.etag,
        'content-length': String(before.bytes.length),
      })
      if (method === 'GET') expect(bytes.equals(before.bytes)).toBe(true)
    }
    expect(one.calls.filter((call) => call === 'put')).toHaveLength(1)
    expect((await one.send(url, { range: 'bytes=0-9' })).bytes).toEqual(before.bytes.subarray(0, 10))
  })

  test('is made again if its size is a custom one', async () => {
    await using one = await serve()
    const { url } = await one.photos.createThumbnail({ photoId: one.photo.id, width: 33 }, openCaller)
    await one.lose('renditions/')
    expect((await one.send(url)).status).toBe(200)
  })

  test('B175 is made again if bytes of another length replaced it; an original is not', async () => {
    await using one = await serve()
    const before = await one.send(one.photo.thumbnail.url)
    await one.spoil('renditions/')
    expect((await one.send(one.photo.thumbnail.url)).bytes.equals(before.bytes)).toBe(true)
    await one.spoil('originals/')
    expect((await one.send(one.photo.url)).status).toBe(500)
  })

  test('costs the others nothing: one call opens their bytes', async () => {
    await using one = await serve()
    expect((await one.send(one.photo.thumbnail.url)).status).toBe(200)
    expect(one.calls).toEqual(['open'])
  })

  test('B181 is not found if the original is lost too; an original is never made again', async () => {
    await using one = await serve()
    await one.lose('')
    for (const url of [one.photo.url, one.photo.thumbnail.url]) {
      const { status, headers, bytes } = await one.send(url)
      expect([status, String(bytes)]).toEqual([404, 'PHOTO_NOT_FOUND'])
      expect(headers).not.toHaveProperty('etag')
    }
  })
})

test('S-02e: files that one caller is sent at once are bounded: a request waits until one has ended, and one more is refused', async () => {
  const bounds = { maxEach: 1, maxAll: 2 ** 20, maxWaiting: 1, waitMs: 60_000, unreadMs: 60_000 }
  await using one = await serve(bounds)
  const sending = one.holdOpening()
  const first = one.send(one.photo.url)
  await sending.begun
  const others = [1, 2].map(() => one.send(one.photo.url))
  expect(await Promise.race(others)).toMatchObject({ status: 503, bytes: Buffer.from('OVERLOADED') })
  expect((await one.send(one.photo.url, {}, 'HEAD')).status).toBe(200)
  sending.end()
  const statuses = (await Promise.all([first, ...others])).map(({ status }) => status)
  expect(statuses.toSorted()).toEqual([200, 200, 503])
})
