import { openCaller } from '@tintype/contract'
import { createImaging, type Imaging } from '@tintype/imaging'
import { makeImage, unhurried } from '@tintype/imaging/testing'
import type { StagedUpload } from '@tintype/storage'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createPhotoLibrary } from '../photo-library.ts'
import { keysOf, openTestEngines, testLimits } from '../testing/open-test-engines.ts'
import { sha256 } from '../testing/open-test-library.ts'
import { createIncomingFile } from './incoming-file.ts'
import { createUploadSession } from './upload-session.ts'

let imaging: Imaging
/** More bytes than staging keeps in memory. */
let png: Uint8Array

beforeAll(async () => {
  imaging = createImaging({ ...unhurried, limits: testLimits, concurrency: 2, queueLength: 10 })
  png = await makeImage({ width: 300, height: 200, format: 'png' })
  expect(png.byteLength).toBeGreaterThan(64 * 1024)
})
afterAll(() => imaging[Symbol.asyncDispose]())

async function setUp(overrides: Partial<Imaging> = {}) {
  await using opening = new AsyncDisposableStack()
  const engines = opening.use(await openTestEngines())
  const deps = { ...engines, imaging: { ...imaging, ...overrides }, limits: testLimits, now: Date.now }
  const library = opening.use(createPhotoLibrary(deps))
  const owned = opening.move()
  return { ...engines, library, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

/** Chunks of 10 000 bytes, each in a buffer of its own, from `start` on. After `breakAfter` of them the source fails. */
async function* chunksOf(bytes: Uint8Array, { start = 0, breakAfter = Number.POSITIVE_INFINITY } = {}) {
  let chunks = 0
  for (let at = start; at < bytes.length; at += 10_000) {
    if (chunks++ === breakAfter) throw new Error('the source broke off')
    yield bytes.slice(at, at + 10_000)
  }
}

const details = { filename: 'a.png', title: 'A title', tags: ['one'] }

test('a photo is made from any source of bytes', async () => {
  await using one = await setUp()
  await using session = one.library.beginUpload()
  await session.writeAll(chunksOf(png))
  expect(session.byteSize).toBe(png.byteLength)
  const { photo, isReplay } = await session.finish(details)
  expect(photo).toMatchObject({ ...details, format: 'png', byteSize: png.byteLength, sha256: sha256(png) })
  expect(isReplay).toBe(false)
  expect(await one.library.getPhoto(photo.id, openCaller.scope)).toEqual(photo)
})

test('a photo is made from single chunks', async () => {
  await using one = await setUp()
  await using session = one.library.beginUpload()
  for (let at = 0; at < png.length; at += 1000) await session.write(png.slice(at, at + 1000))
  const { photo } = await session.finish(details, { expectedSha256: [sha256(png)] })
  expect(photo.sha256).toBe(sha256(png))
})

test('after a source breaks off, another one continues the same session', async () => {
  await using one = await setUp()
  await using session = one.library.beginUpload()
  await expect(session.writeAll(chunksOf(png, { breakAfter: 3 }))).rejects.toThrow('the source broke off')
  expect(session.byteSize).toBe(30_000)
  await session.writeAll(chunksOf(png, { start: session.byteSize, breakAfter: 1 })).catch(() => undefined)
  expect(session.byteSize).toBe(40_000)
  await session.writeAll(chunksOf(png, { start: session.byteSize }))
  const { photo } = await session.finish(details)
  expect(photo.sha256).toBe(sha256(png))
})

test('two uploads with one idempotency key and owner make one photo', async () => {
  await using one = await setUp()
  const upload = async (owner?: string) => {
    await using session = one.library.beginUpload()
    await session.writeAll(chunksOf(png))
    return await session.finish(details, { idempotencyKey: 'key', owner })
  }
  const { photo } = await upload('a')
  expect(await upload('a')).toMatchObject({ photo: { id: photo.id }, isReplay: true })
  expect(await upload('b')).toMatchObject({ isReplay: false })
})

test('a source waits as long as staging is full', async () => {
  const room = Promise.withResolvers<void>()
  const staged: StagedUpload = {
    write: () => room.promise,
    finish: () => Promise.reject(new Error('not finished in this test')),
    [Symbol.asyncDispose]: async () => {},
  }
  const file = createIncomingFile(staged, testLimits)
  await using session = createUploadSession(file, () => Promise.reject(new Error('not finished either')))
  let pulled = 0
  async function* source() {
    for await (const chunk of chunksOf(png)) {
      pulled += 1
      yield chunk
    }
  }
  const writing = session.writeAll(source())
  await new Promise((resolve) => setImmediate(resolve))
  expect(pulled).toBe(1)
  room.resolve()
  await writing
  expect(session.byteSize).toBe(png.byteLength)
})

describe('a session that is disposed', () => {
  test('before it is finished removes its bytes', async () => {
    await using one = await setUp()
    {
      await using session = one.library.beginUpload()
      await session.writeAll(chunksOf(png))
      expect(await one.stagedFiles()).toHaveLength(1)
    }
    expect(await one.stagedFiles()).toEqual([])
    expect(await one.catalog.count()).toBe(0)
  })

  test('after it made a photo removes its bytes as well', async () => {
    await using one = await setUp()
    await using session = one.library.beginUpload()
    await session.writeAll(chunksOf(png))
    await session.finish(details)
    expect(await one.stagedFiles()).toEqual([])
    await session[Symbol.asyncDispose]()
    expect(await keysOf(one.blobs)).toContainEqual(expect.stringContaining('originals/'))
  })

  test('while it is being finished keeps its bytes until then', async () => {
    const held = Promise.withResolvers<void>()
    const inspect: Imaging['inspect'] = async (...args) => {
      await held.promise
      return imaging.inspect(...args)
    }
    await using one = await setUp({ inspect })
    const session = one.library.beginUpload()
    await session.writeAll(chunksOf(png))
    const finishing = session.finish(details)
    const disposing = session[Symbol.asyncDispose]()
    held.resolve()
    expect((await finishing).photo.sha256).toBe(sha256(png))
    await disposing
    expect(await one.stagedFiles()).toEqual([])
  })
})

describe('a session that is used wrongly says so', () => {
  const misuse = (message: string) => ({ code: 'INTERNAL', message: expect.stringContaining(message) })

  test('by a call after finish, even after one that failed', async () => {
    await using one = await setUp()
    await using session = one.library.beginUpload()
    await session.writeAll(chunksOf(png))
    const wrong = { expectedSha256: ['0'.repeat(64)] }
    await expect(session.finish(details, wrong)).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' })
    await expect(session.finish(details)).rejects.toMatchObject(misuse('finish was called after finish'))
    await expect(session.write(png.slice(0, 1))).rejects.toMatchObject(
      misuse('write was called after finish'),
    )
    const writing = session.writeAll(chunksOf(png))
    await expect(writing).rejects.toMatchObject(misuse('writeAll was called after finish'))
    expect(await one.catalog.count()).toBe(0)
  })

  test('by a call after disposal', async () => {
    await using one = await setUp()
    const session = one.library.beginUpload()
    await session[Symbol.asyncDispose]()
    await expect(session.write(png.slice())).rejects.toMatchObject(
      misuse('write was called after the upload'),
    )
    await expect(session.finish(details)).rejects.toMatchObject(misuse('disposed'))
    await session[Symbol.asyncDispose]()
  })

  test('by a call while a source is being written, which goes on', async () => {
    await using one = await setUp()
    await using session = one.library.beginUpload()
    const writing = session.writeAll(chunksOf(png))
    const expected = misuse('while writeAll was still writing')
    await expect(session.write(png.slice())).rejects.toMatchObject(expected)
    await expect(session.writeAll(chunksOf(png))).rejects.toMatchObject(expected)
    await expect(session.finish(details)).rejects.toMatchObject(expected)
    await writing
    expect((await session.finish(details)).photo.sha256).toBe(sha256(png))
  })
})

describe('a session that has refused its bytes', () => {
  test.each([
    { why: 'are no image', bytes: Buffer.alloc(100, 'no image'), code: 'NOT_AN_IMAGE' },
    {
      why: 'are too many',
      bytes: Buffer.concat([Buffer.from('GIF89a'), Buffer.alloc(testLimits.maxUploadByteSize)]),
      code: 'PAYLOAD_TOO_LARGE',
    },
  ])('because they $why gives the same error again, and releases the source', async ({ bytes, code }) => {
    await using one = await setUp()
    await using session = one.library.beginUpload()
    let isReleased = false
    async function* source() {
      try {
        yield* [bytes.subarray(), bytes.subarray()]
      } finally {
        isReleased = true
      }
    }
    await expect(session.writeAll(source())).rejects.toMatchObject({ code })
    expect(isReleased).toBe(true)
    await expect(session.writeAll(chunksOf(png))).rejects.toMatchObject({ code })
    await expect(session.finish(details)).rejects.toMatchObject({ code })
    expect(await one.stagedFiles()).toEqual([])
  })
})

test('a write after disposal that the caller does not wait for ends the process', async () => {
  await using one = await setUp()
  const session = one.library.beginUpload()
  await session[Symbol.asyncDispose]()
  const unhandled: unknown[] = []
  const collect = (error: unknown) => void unhandled.push(error)
  process.on('unhandledRejection', collect)
  void session.write(png)
  await new Promise(setImmediate)
  process.off('unhandledRejection', collect)
  expect(unhandled).toEqual([])
})
