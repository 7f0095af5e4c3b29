import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import type { MediaReference, PhotoId } from '@tintype/contract'
import type { BlobKey } from '@tintype/storage'
import { describe, expect, test } from 'vitest'
import { originalKey } from '../blob-keys.ts'
import type { Media } from './find-media.ts'
import { createHotMedia, type HotMedia } from './media-cache.ts'

const idOf = (at: number) => `0193f6a2-7c1e-7b3a-9d2e-${String(at).padStart(12, '0')}` as PhotoId
const original = (at: number): MediaReference => ({ kind: 'original', id: idOf(at), format: 'jpeg' })
const kibibyte = 1024

/** Originals of `byteSize` bytes, each filled with its number, behind a find and a store that say what they were asked. */
function setUp({ memoryByteSize = 1024 * kibibyte, byteSize = 10 * kibibyte } = {}) {
  const calls: string[] = []
  const sizes = new Map<BlobKey, number>()
  let nowMs = 1_000_000
  let finding: Promise<void> = Promise.resolve()
  const numberOf = (text: string) => Number(text.slice(-16).replace(/\D/g, ''))
  const media = createHotMedia({
    async find({ id }, { isLost } = {}) {
      calls.push(isLost ? 'find again' : 'find')
      await finding
      const key = originalKey(id, 'jpeg')
      return { key, mimeType: 'image/jpeg', byteSize, sha256: '0', filename: 'a.jpg' }
    },
    blobs: {
      async open(key, { range } = {}) {
        calls.push('open')
        const stored = Buffer.alloc(sizes.get(key) ?? byteSize, numberOf(key))
        const part = range ? stored.subarray(range.start, range.end + 1) : stored
        return { byteSize: stored.length, body: Readable.from([part], { objectMode: false }) }
      },
    },
    now: () => nowMs,
    memoryByteSize,
  })
  return {
    media,
    calls,
    /** As a store whose file has another length now. */
    resize: (at: number, to: number) => sizes.set(originalKey(idOf(at), 'jpeg'), to),
    pass: (ms: number) => {
      nowMs += ms
    },
    holdFinding: (until: Promise<void>) => {
      finding = until
    },
  }
}

const asked = (calls: string[]) => calls.splice(0).join(', ')

async function read(media: HotMedia, at: number, range?: { start: number; end: number }): Promise<Buffer> {
  using opened = await media.open(await media.find(original(at)), range)
  if (!opened) throw new Error('the bytes are gone')
  return Buffer.isBuffer(opened.body) ? opened.body : await buffer(opened.body)
}

/** Asks until it is in memory. */
async function heat(media: HotMedia, at: number): Promise<void> {
  await read(media, at)
  await read(media, at)
}

describe('what is asked for again', () => {
  test('is found once, and read into memory with its second request', async () => {
    const { media, calls } = setUp()
    await read(media, 7)
    expect(asked(calls)).toBe('find, open')
    await read(media, 7)
    expect(asked(calls)).toBe('open')
    expect(await read(media, 7)).toEqual(Buffer.alloc(10 * kibibyte, 7))
    expect(await read(media, 7, { start: 1, end: 3 })).toEqual(Buffer.alloc(3, 7))
    expect(asked(calls)).toBe('')
  })

  test('is found and read once also where many ask at once', async () => {
    const { media, calls } = setUp()
    await read(media, 7)
    const all = await Promise.all(Array.from({ length: 50 }, () => read(media, 7)))
    expect(all.every((bytes) => bytes.equals(Buffer.alloc(10 * kibibyte, 7)))).toBe(true)
    expect(asked(calls)).toBe('find, open, open')
  })

  test.each([5000, -1000])('is looked at again when %i ms have passed on the clock', async (ms) => {
    const { media, calls, pass } = setUp()
    await heat(media, 7)
    pass(ms > 0 ? ms - 1 : 0)
    asked(calls)
    await read(media, 7)
    expect(asked(calls)).toBe('')
    pass(ms > 0 ? 1 : ms)
    await read(media, 7)
    expect(asked(calls)).toBe('find, open')
  })

  test('is looked at again where its bytes proved to be lost', async () => {
    const { media, calls } = setUp()
    await heat(media, 7)
    asked(calls)
    await media.find(original(7), { isLost: true })
    await read(media, 7)
    expect(asked(calls)).toBe('find again, open')
  })

  test('B266: is read while it is sent where it is large', async () => {
    const { media, calls } = setUp({ byteSize: 512 * kibibyte + 1 })
    await heat(media, 7)
    await read(media, 7)
    expect(asked(calls)).toBe('find, open, open, open')
  })

  test('B175: is never what has another length by now; that is told to who asks', async () => {
    const { media, resize } = setUp()
    await read(media, 7)
    resize(7, 3)
    using opened = await media.open(await media.find(original(7)))
    expect([opened?.byteSize, Buffer.isBuffer(opened?.body)]).toEqual([3, false])
    resize(7, 10 * kibibyte)
    await heat(media, 7)
    expect(await read(media, 7)).toHaveLength(10 * kibibyte)
  })
})

describe('B156: what is forgotten', () => {
  test('is asked for anew, and the rest is not', async () => {
    const { media, calls } = setUp()
    await heat(media, 7)
    await heat(media, 8)
    media.forget(idOf(7))
    asked(calls)
    await read(media, 8)
    expect(asked(calls)).toBe('')
    await read(media, 7)
    expect(asked(calls)).toBe('find, open')
  })

  test('does not come back from a request that was under way', async () => {
    const { media, calls, holdFinding } = setUp()
    const held = Promise.withResolvers<void>()
    holdFinding(held.promise)
    const early = media.find(original(7))
    media.forget(idOf(7))
    held.resolve()
    const found: Media = await early
    using opened = await media.open(found)
    expect(opened?.byteSize).toBe(10 * kibibyte)
    await media.find(original(7))
    expect(asked(calls)).toBe('find, open, find')
  })

  test('nor do its bytes, where they were being read', async () => {
    const { media, calls } = setUp()
    await read(media, 7)
    const reading = read(media, 7)
    media.forget(idOf(7))
    expect(await reading).toHaveLength(10 * kibibyte)
    asked(calls)
    await read(media, 7)
    expect(asked(calls)).toBe('find, open')
  })
})

describe('memory', () => {
  // three entries with bytes, and one that has only been found
  const memoryByteSize = 3 * 11 * kibibyte + kibibyte

  test('ends: the oldest goes first', async () => {
    const { media, calls } = setUp({ memoryByteSize })
    for (const at of [1, 2, 3, 4]) await heat(media, at)
    asked(calls)
    for (const at of [2, 3, 4]) await read(media, at)
    expect(asked(calls)).toBe('')
    await read(media, 1)
    expect(asked(calls)).toBe('find, open')
  })

  test('B266: what is being sent still takes it, wherever it went; who comes meanwhile reads from the store', async () => {
    const { media, calls } = setUp({ memoryByteSize })
    const sending: Disposable[] = []
    for (const at of [1, 2, 3]) {
      await heat(media, at)
      const opened = await media.open(await media.find(original(at)))
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

  test('is all given back: as much fits after a thousand photos as at first', async () => {
    const { media, calls } = setUp({ memoryByteSize })
    for (let at = 0; at < 1000; at++) {
      await heat(media, at)
      using _twice = await media.open(await media.find(original(at)))
      if (at % 3 === 0) media.forget(idOf(at))
    }
    for (const at of [1001, 1002, 1003]) await heat(media, at)
    asked(calls)
    for (const at of [1001, 1002, 1003]) await read(media, at)
    expect(asked(calls)).toBe('')
  })
})

test('what fails is not remembered', async () => {
  let attempts = 0
  const media = createHotMedia({
    find() {
      attempts += 1
      return Promise.reject(new Error(`attempt ${attempts}`))
    },
    blobs: { open: async () => undefined },
    now: Date.now,
  })
  await expect(media.find(original(1))).rejects.toThrow('attempt 1')
  await expect(media.find(original(1))).rejects.toThrow('attempt 2')
})
