import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import type { MediaReference, PhotoId } from '@tintype/contract'
import type { BlobKey } from '@tintype/storage'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { originalKey } from '../blob-keys.ts'
import type { Media } from './find-media.ts'
import { createMediaCache, type MediaCache } from './media-cache.ts'

const idOf = (at: number) => `0193f6a2-7c1e-7b3a-9d2e-${String(at).padStart(12, '0')}` as PhotoId
const original = (at: number): MediaReference => ({ kind: 'original', id: idOf(at), format: 'jpeg' })
const kibibyte = 1024

/** Originals of `byteSize` bytes, each filled with its number, with a record of the cache's calls. */
function setUp({
  memoryByteSize = 1024 * kibibyte,
  byteSize = 10 * kibibyte,
  visibility = 'public' as 'public' | 'private',
} = {}) {
  const calls: string[] = []
  const sizes = new Map<BlobKey, number>()
  let obtaining: Promise<void> = Promise.resolve()
  const numberOf = (text: string) => Number(text.slice(-16).replace(/\D/g, ''))
  const media = createMediaCache({
    async obtain({ id }, { isLost } = {}) {
      calls.push(isLost ? 'obtain again' : 'obtain')
      await obtaining
      const key = originalKey(id, 'jpeg')
      return {
        visibility,
        owner: null,
        key,
        mimeType: 'image/jpeg',
        byteSize,
        sha256: '0',
        filename: 'a.jpg',
      }
    },
    blobs: {
      stat: async () => undefined,
      async open(key, { range } = {}) {
        calls.push('open')
        const stored = Buffer.alloc(sizes.get(key) ?? byteSize, numberOf(key))
        const part = range ? stored.subarray(range.start, range.end + 1) : stored
        return { byteSize: stored.length, body: Readable.from([part], { objectMode: false }) }
      },
    },
    memoryByteSize,
  })
  return {
    media,
    calls,
    /** As a store whose file has another length now. */
    resize: (at: number, to: number) => sizes.set(originalKey(idOf(at), 'jpeg'), to),
    holdObtaining: (until: Promise<void>) => {
      obtaining = until
    },
  }
}

const asked = (calls: string[]) => calls.splice(0).join(', ')

async function read(media: MediaCache, at: number, range?: { start: number; end: number }): Promise<Buffer> {
  using opened = await media.open(await media.obtain(original(at)), range)
  if (!opened) throw new Error('the bytes are lost')
  return Buffer.isBuffer(opened.body) ? opened.body : await buffer(opened.body)
}

/** Requests it until it is in memory. */
async function heat(media: MediaCache, at: number): Promise<void> {
  await read(media, at)
  await read(media, at)
}

// the wall clock, and the one that cannot be set back
beforeEach(() => void vi.useFakeTimers({ toFake: ['Date', 'performance'] }))
afterEach(() => void vi.useRealTimers())

test('peek returns public media only, because the fast path checks no rights', async () => {
  for (const visibility of ['public', 'private'] as const) {
    const { media } = setUp({ visibility })
    await heat(media, 7)
    expect(media.peek(original(7)) !== undefined).toBe(visibility === 'public')
  }
})

describe('media that are requested again', () => {
  test('are obtained once, and read into memory with the second request', async () => {
    const { media, calls } = setUp()
    await read(media, 7)
    expect(asked(calls)).toBe('obtain, open')
    await read(media, 7)
    expect(asked(calls)).toBe('open')
    expect(await read(media, 7)).toEqual(Buffer.alloc(10 * kibibyte, 7))
    expect(await read(media, 7, { start: 1, end: 3 })).toEqual(Buffer.alloc(3, 7))
    expect(asked(calls)).toBe('')
  })

  test('are obtained and read once even if many requests come together', async () => {
    const { media, calls } = setUp()
    await read(media, 7)
    const all = await Promise.all(Array.from({ length: 50 }, () => read(media, 7)))
    expect(all.every((bytes) => bytes.equals(Buffer.alloc(10 * kibibyte, 7)))).toBe(true)
    expect(asked(calls)).toBe('obtain, open, open')
  })

  test('B186 are obtained again after 5 s, whatever the wall clock shows', async () => {
    const { media, calls } = setUp()
    await heat(media, 7)
    vi.setSystemTime(0)
    vi.advanceTimersByTime(4999)
    asked(calls)
    await read(media, 7)
    expect(asked(calls)).toBe('')
    vi.advanceTimersByTime(1)
    await read(media, 7)
    expect(asked(calls)).toBe('obtain, open')
  })

  test('are obtained again if their bytes proved to be lost', async () => {
    const { media, calls } = setUp()
    await heat(media, 7)
    asked(calls)
    await media.obtain(original(7), { isLost: true })
    await read(media, 7)
    expect(asked(calls)).toBe('obtain again, open')
  })

  test('B266: are read while they are sent if they are large', async () => {
    const { media, calls } = setUp({ byteSize: 512 * kibibyte + 1 })
    await heat(media, 7)
    await read(media, 7)
    expect(asked(calls)).toBe('obtain, open, open, open')
  })

  test('B175: are not cached if the stored bytes have another length; the caller gets that length', async () => {
    const { media, resize } = setUp()
    await read(media, 7)
    resize(7, 3)
    using opened = await media.open(await media.obtain(original(7)))
    expect([opened?.byteSize, Buffer.isBuffer(opened?.body)]).toEqual([3, false])
    resize(7, 10 * kibibyte)
    await heat(media, 7)
    expect(await read(media, 7)).toHaveLength(10 * kibibyte)
  })
})

describe('B156: media that are forgotten', () => {
  test('are obtained again, and the others are not', async () => {
    const { media, calls } = setUp()
    await heat(media, 7)
    await heat(media, 8)
    media.forget(idOf(7))
    asked(calls)
    await read(media, 8)
    expect(asked(calls)).toBe('')
    await read(media, 7)
    expect(asked(calls)).toBe('obtain, open')
  })

  test('are not cached again by a request in progress', async () => {
    const { media, calls, holdObtaining } = setUp()
    const held = Promise.withResolvers<void>()
    holdObtaining(held.promise)
    const early = media.obtain(original(7))
    media.forget(idOf(7))
    held.resolve()
    const found: Media = await early
    using opened = await media.open(found)
    expect(opened?.byteSize).toBe(10 * kibibyte)
    await media.obtain(original(7))
    expect(asked(calls)).toBe('obtain, open, obtain')
  })

  test('are not cached again by a read in progress', async () => {
    const { media, calls } = setUp()
    await read(media, 7)
    const reading = read(media, 7)
    media.forget(idOf(7))
    expect(await reading).toHaveLength(10 * kibibyte)
    asked(calls)
    await read(media, 7)
    expect(asked(calls)).toBe('obtain, open')
  })
})

describe('memory', () => {
  // three entries with bytes, and one that has only been found
  const memoryByteSize = 3 * 12 * kibibyte + 2 * kibibyte

  test('is bounded: the oldest entry is removed first', async () => {
    const { media, calls } = setUp({ memoryByteSize })
    for (const at of [1, 2, 3, 4]) await heat(media, at)
    asked(calls)
    for (const at of [2, 3, 4]) await read(media, at)
    expect(asked(calls)).toBe('')
    await read(media, 1)
    expect(asked(calls)).toBe('obtain, open')
  })

  test('B266: counts bytes that are being sent, even of forgotten entries; others are read from the store in the meantime', async () => {
    const { media, calls } = setUp({ memoryByteSize })
    const sending: Disposable[] = []
    for (const at of [1, 2, 3]) {
      await heat(media, at)
      const opened = await media.open(await media.obtain(original(at)))
      if (opened) sending.push(opened)
      media.forget(idOf(at))
    }
    await heat(media, 4)
    asked(calls)
    await read(media, 4)
    expect(asked(calls)).toBe('open')
    for (const opened of sending) opened[Symbol.dispose]()
    await read(media, 4)
    await read(media, 4)
    expect(asked(calls)).toBe('open')
  })

  test('slow readers do not empty it: entries whose bytes are being sent are skipped', async () => {
    const { media, calls } = setUp({ memoryByteSize })
    for (const at of [1, 2]) await heat(media, at)
    using _slow = await media.open(await media.obtain(original(1)))
    await heat(media, 3)
    await heat(media, 4)
    asked(calls)
    for (const at of [1, 3, 4]) await read(media, at)
    expect(asked(calls)).toBe('')
  })

  test('slow readers do not empty it: nothing is removed if that would not make enough room', async () => {
    const { media, calls } = setUp({ memoryByteSize: memoryByteSize + 6 * kibibyte })
    await using slow = new AsyncDisposableStack()
    for (const at of [1, 2, 3]) {
      await heat(media, at)
      slow.use((await media.open(await media.obtain(original(at)))) ?? { [Symbol.dispose]() {} })
    }
    for (const at of [4, 5, 6, 7]) await media.obtain(original(at))
    await heat(media, 7)
    asked(calls)
    for (const at of [4, 5, 6, 7]) await media.obtain(original(at))
    expect(asked(calls)).toBe('')
  })

  test('is all released: as much fits after a thousand photos as at first', async () => {
    const { media, calls } = setUp({ memoryByteSize })
    for (let at = 0; at < 1000; at++) {
      await heat(media, at)
      using _twice = await media.open(await media.obtain(original(at)))
      if (at % 3 === 0) media.forget(idOf(at))
    }
    for (const at of [1001, 1002, 1003]) await heat(media, at)
    asked(calls)
    for (const at of [1001, 1002, 1003]) await read(media, at)
    expect(asked(calls)).toBe('')
  })
})

test('a failure is not cached', async () => {
  let attempts = 0
  const media = createMediaCache({
    obtain() {
      attempts += 1
      return Promise.reject(new Error(`attempt ${attempts}`))
    },
    blobs: { open: async () => undefined, stat: async () => undefined },
  })
  await expect(media.obtain(original(1))).rejects.toThrow('attempt 1')
  await expect(media.obtain(original(1))).rejects.toThrow('attempt 2')
})
