import { readdir } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import type { SeenRequest } from '../support/fault-proxy.ts'
import { makeBytes, newKey, readBlob, s3Error, useS3 } from '../support/open-s3.ts'
import { hasS3 } from '../support/start-s3.ts'

const keep = { contentType: 'image/jpeg', ifExists: 'fail' } as const
const mib = 1024 * 1024
/** A little more than the least size that is sent in parts: four parts and the rest. */
const largeByteSize = 64 * mib + 1

const isPut = ({ method, url }: SeenRequest) => method === 'PUT' && !url.includes('uploadId=')
const isPart = ({ method, url }: SeenRequest) => method === 'PUT' && url.includes('uploadId=')
const isComplete = ({ method, url }: SeenRequest) => method === 'POST' && url.includes('uploadId=')
const isAbort = ({ method, url }: SeenRequest) => method === 'DELETE' && url.includes('uploadId=')
/** The first `count` requests that satisfy it. */
function first(count: number, isWanted: (request: SeenRequest) => boolean) {
  let left = count
  return (request: SeenRequest) => isWanted(request) && left-- > 0
}
const slowDown = { kind: 'answer', status: 503, body: s3Error('SlowDown') } as const

describe.skipIf(!hasS3)('puts into a real S3 engine that is disturbed', () => {
  const { open } = useS3()
  const sources = ['bytes', 'a file'] as const

  describe.each(sources)('of %s', (kind) => {
    test('B201 an engine that is busy twice is asked again', async () => {
      await using disturbed = await open()
      const { store, proxy, stage } = disturbed
      const bytes = makeBytes(100_000)
      const isBusy = first(2, isPut)
      proxy.inject((request) => (isBusy(request) ? slowDown : undefined))
      const key = newKey()
      expect(await store.put(key, kind === 'bytes' ? bytes : await stage(bytes), keep)).toBe('stored')
      expect(await readBlob(store, key)).toEqual(bytes)
    })

    test('B201 an engine that stays busy is reported, and nothing is stored', async () => {
      await using disturbed = await open()
      const { store, proxy, stage } = disturbed
      const bytes = makeBytes(1000)
      proxy.inject((request) => (isPut(request) ? slowDown : undefined))
      const key = newKey()
      await expect(store.put(key, kind === 'bytes' ? bytes : await stage(bytes), keep)).rejects.toMatchObject(
        { code: 'STORAGE_UNAVAILABLE', retryable: true },
      )
      expect(proxy.requests.filter((one) => isPut(one) && one.url.includes(key))).toHaveLength(4)
      expect(await store.stat(key)).toBeUndefined()
    })

    test('B203 a put whose answer is lost is stored once, and known to be', async () => {
      await using disturbed = await open()
      const { store, proxy, stage } = disturbed
      const bytes = makeBytes(100_000)
      const isLost = first(1, isPut)
      proxy.inject((request) => (isLost(request) ? { kind: 'lose-answer' } : undefined))
      const key = newKey()
      expect(await store.put(key, kind === 'bytes' ? bytes : await stage(bytes), keep)).toBe('stored')
      expect(await readBlob(store, key)).toEqual(bytes)
    })

    test('B203 a put whose every answer is lost is found by a look at the object', async () => {
      await using disturbed = await open()
      const { store, proxy, stage } = disturbed
      const bytes = makeBytes(100_000)
      proxy.inject((request) => (isPut(request) ? { kind: 'lose-answer' } : undefined))
      const key = newKey()
      expect(await store.put(key, kind === 'bytes' ? bytes : await stage(bytes), keep)).toBe('stored')
    })

    test('B203 a lost answer of a put of the same bytes under a taken key is not taken for its own', async () => {
      await using disturbed = await open()
      const { store, proxy, stage } = disturbed
      const bytes = makeBytes(1000)
      const key = newKey()
      await store.put(key, bytes, keep)
      const isLost = first(1, isPut)
      proxy.inject((request) => (isLost(request) ? { kind: 'lose-answer' } : undefined))
      expect(await store.put(key, kind === 'bytes' ? bytes : await stage(bytes), keep)).toBe('exists')
    })

    test('B206 bytes that change once on the way are sent again', async () => {
      await using disturbed = await open()
      const { store, proxy, stage } = disturbed
      const bytes = makeBytes(100_000)
      const isChanged = first(1, isPut)
      proxy.inject((request) => (isChanged(request) ? { kind: 'change-body' } : undefined))
      const key = newKey()
      expect(await store.put(key, kind === 'bytes' ? bytes : await stage(bytes), keep)).toBe('stored')
      expect(await readBlob(store, key)).toEqual(bytes)
    })

    test('B206 bytes that change each time are never stored', async () => {
      await using disturbed = await open()
      const { store, proxy, stage } = disturbed
      const bytes = makeBytes(100_000)
      proxy.inject((request) => (isPut(request) ? { kind: 'change-body' } : undefined))
      const key = newKey()
      await expect(store.put(key, kind === 'bytes' ? bytes : await stage(bytes), keep)).rejects.toMatchObject(
        { code: 'INTERNAL' },
      )
      expect(await store.stat(key)).toBeUndefined()
    })
  })

  test('B206 an engine that returns another digest has its object removed', async () => {
    await using disturbed = await open()
    const { store, proxy } = disturbed
    const headers = { 'x-amz-checksum-sha256': Buffer.alloc(32).toString('base64') }
    proxy.inject((request) => (isPut(request) ? { kind: 'add-headers', headers } : undefined))
    const key = newKey()
    await expect(store.put(key, makeBytes(1000), keep)).rejects.toMatchObject({
      code: 'STORAGE_UNAVAILABLE',
    })
    expect(await store.stat(key)).toBeUndefined()
  })

  test.each([1, 5 * mib - 1, 5 * mib + 1, 16 * mib, 64 * mib - 1, 64 * mib, largeByteSize, 80 * mib])(
    'B210 a file of %i bytes is stored exactly',
    async (byteSize) => {
      await using disturbed = await open()
      const { store, stage, proxy } = disturbed
      const bytes = makeBytes(byteSize)
      const key = newKey()
      const source = await stage(bytes)
      expect(await store.put(key, source, keep)).toBe('stored')
      expect(await store.put(key, source, keep)).toBe('exists')
      expect((await readBlob(store, key))?.equals(bytes)).toBe(true)
      const parts = byteSize < 64 * mib ? 0 : Math.ceil(byteSize / (16 * mib))
      expect(proxy.requests.filter(isPart)).toHaveLength(parts)
      expect(await store.removeUnfinished?.(new Date(8.64e15))).toBe(0)
    },
  )

  test('B202 an upload in parts whose completion fails with status 200 is a failure, and leaves nothing', async () => {
    await using disturbed = await open()
    const { store, stage, proxy } = disturbed
    proxy.inject((request) =>
      isComplete(request) ? { kind: 'answer', status: 200, body: s3Error('InternalError') } : undefined,
    )
    const key = newKey()
    await expect(store.put(key, await stage(makeBytes(largeByteSize)), keep)).rejects.toMatchObject({
      code: 'STORAGE_UNAVAILABLE',
    })
    expect(await store.stat(key)).toBeUndefined()
    expect(await store.removeUnfinished?.(new Date(8.64e15))).toBe(0)
  })

  test('B203 an upload in parts whose completion is not answered is stored, and known to be', async () => {
    await using disturbed = await open()
    const { store, stage, proxy } = disturbed
    proxy.inject((request) => (isComplete(request) ? { kind: 'lose-answer' } : undefined))
    const key = newKey()
    const bytes = makeBytes(largeByteSize)
    expect(await store.put(key, await stage(bytes), keep)).toBe('stored')
    expect((await readBlob(store, key))?.equals(bytes)).toBe(true)
  })

  test.each([
    ['B201', 'stays busy', slowDown],
    ['B205', 'refuses', { kind: 'answer', status: 403, body: s3Error('AccessDenied') }],
  ] as const)('%s a part that the engine %s ends the upload, which leaves nothing', async (_, __, fault) => {
    await using disturbed = await open()
    const { store, stage, proxy } = disturbed
    proxy.inject((request) => (isPart(request) && request.url.includes('partNumber=3') ? fault : undefined))
    const key = newKey()
    await expect(store.put(key, await stage(makeBytes(largeByteSize)), keep)).rejects.toMatchObject({
      code: 'STORAGE_UNAVAILABLE',
    })
    expect(await store.stat(key)).toBeUndefined()
    expect(proxy.requests.filter(isAbort)).toHaveLength(1)
    expect(await store.removeUnfinished?.(new Date(8.64e15))).toBe(0)
  })

  test('B205 parts that cannot be removed at once are removed by age', async () => {
    await using disturbed = await open()
    const { store, stage, proxy } = disturbed
    const fault = { kind: 'answer', status: 403, body: s3Error('AccessDenied') } as const
    proxy.inject((request) => (isPart(request) || isAbort(request) ? fault : undefined))
    await expect(store.put(newKey(), await stage(makeBytes(largeByteSize)), keep)).rejects.toMatchObject({
      code: 'STORAGE_UNAVAILABLE',
    })
    proxy.inject(() => undefined)
    expect(await store.removeUnfinished?.(new Date(0))).toBe(0)
    expect(await store.removeUnfinished?.(new Date(8.64e15))).toBe(1)
    expect(await store.removeUnfinished?.(new Date(8.64e15))).toBe(0)
  })

  test('an upload in parts that is aborted leaves nothing', async () => {
    await using disturbed = await open()
    const { store, stage, proxy } = disturbed
    const abort = new AbortController()
    const reason = new Error('gone')
    proxy.inject((request) => {
      if (isPart(request) && request.url.includes('partNumber=2')) abort.abort(reason)
      return undefined
    })
    const key = newKey()
    const put = store.put(key, await stage(makeBytes(largeByteSize)), { ...keep, signal: abort.signal })
    await expect(put).rejects.toBe(reason)
    expect(await store.stat(key)).toBeUndefined()
    expect(await store.removeUnfinished?.(new Date(8.64e15))).toBe(0)
  })

  test.each([1000, largeByteSize])(
    'a file of %i bytes that changes after it was checked is not stored',
    async (byteSize) => {
      await using disturbed = await open()
      const { store, stage } = disturbed
      const source = await stage(makeBytes(byteSize))
      const key = newKey()
      const facts = { byteSize, sha256: 'ab'.repeat(32) }
      await expect(store.put(key, { ...source, facts }, keep)).rejects.toMatchObject({ code: 'INTERNAL' })
      expect(await store.stat(key)).toBeUndefined()
      const longer = { byteSize: byteSize + 1, sha256: facts.sha256 }
      await expect(store.put(key, { ...source, facts: longer }, keep)).rejects.toMatchObject({
        code: 'INTERNAL',
      })
      expect(await store.stat(key)).toBeUndefined()
    },
  )

  test("a file that is missing is the caller's, and keeps no descriptor", async () => {
    await using disturbed = await open()
    const { store } = disturbed
    const before = (await readdir('/proc/self/fd')).length
    const source = { path: '/nowhere/at/all', sync: async () => undefined }
    const facts = { byteSize: 1000, sha256: 'ab'.repeat(32) }
    for (const one of [source, { ...source, facts }])
      await expect(store.put(newKey(), one, keep)).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' })
    expect((await readdir('/proc/self/fd')).length).toBeLessThanOrEqual(before + 2)
  })

  test('a used-up quota is a full storage', async () => {
    await using disturbed = await open()
    const { store, proxy } = disturbed
    const fault = { kind: 'answer', status: 403, body: s3Error('QuotaExceeded') } as const
    proxy.inject((request) => (isPut(request) ? fault : undefined))
    await expect(store.put(newKey(), makeBytes(10), keep)).rejects.toMatchObject({ code: 'STORAGE_FULL' })
  })
})
