import { rm } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import type { BlobSource } from '../blob-store.ts'
import {
  type BlobStoreSubject,
  keep,
  listBlobs,
  makeBytes,
  newKey,
  readBlob,
  replace,
  sourceKinds,
} from './blob-store-subject.ts'

/** Part of `describeBlobStore`: what `put` and `delete` promise. */
export function describeBlobWriting(subject: BlobStoreSubject): void {
  for (const source of sourceKinds)
    describe(`put of ${source.kind}`, () => {
      describeStoring(subject, source)
      describeAborting(subject, source)
    })
  describeConcurrentPuts(subject)
  describeDeleting(subject)
}

/** Discards a staged file, as its owner does. */
async function discard(source: BlobSource): Promise<void> {
  if ('path' in source) await rm(source.path, { force: true })
}

type SourceKind = (typeof sourceKinds)[number]

function describeStoring({ open }: BlobStoreSubject, { stage }: SourceKind): void {
  test.each([0, 1, 65_536, 3 * 1024 * 1024 + 1])('keeps %i bytes exactly', async (byteSize) => {
    await using fixture = await open()
    const key = newKey()
    const bytes = makeBytes(byteSize)
    expect(await fixture.store.put(key, await stage(fixture, bytes), keep)).toBe('stored')
    expect((await readBlob(fixture.store, { key }))?.equals(bytes)).toBe(true)
    expect(await fixture.store.stat(key)).toMatchObject({ key, byteSize })
  })

  test('leaves a taken key alone, or replaces its bytes', async () => {
    await using fixture = await open()
    const { store } = fixture
    const key = newKey()
    await store.put(key, await stage(fixture, makeBytes(10, 1)), keep)
    expect(await store.put(key, await stage(fixture, makeBytes(20, 2)), keep)).toBe('exists')
    expect(await readBlob(store, { key })).toEqual(makeBytes(10, 1))
    expect(await store.put(key, await stage(fixture, makeBytes(30, 3)), replace)).toBe('stored')
    expect(await readBlob(store, { key })).toEqual(makeBytes(30, 3))
    expect(await listBlobs(store, '')).toHaveLength(1)
  })

  test('stores a new key with replace', async () => {
    await using fixture = await open()
    const key = newKey()
    expect(await fixture.store.put(key, await stage(fixture, makeBytes(10)), replace)).toBe('stored')
    expect(await readBlob(fixture.store, { key })).toEqual(makeBytes(10))
  })

  test('keeps bytes that are expendable, and replaces them', async () => {
    await using fixture = await open()
    const { store } = fixture
    const key = newKey()
    const [old, bytes] = [makeBytes(10, 1), makeBytes(100_000, 2)]
    const isExpendable = true
    expect(await store.put(key, await stage(fixture, old), { ...keep, isExpendable })).toBe('stored')
    expect(await store.put(key, await stage(fixture, bytes), { ...keep, isExpendable })).toBe('exists')
    expect(await store.put(key, await stage(fixture, bytes), { ...replace, isExpendable })).toBe('stored')
    expect(await readBlob(store, { key })).toEqual(bytes)
  })

  test('leaves a staged file where it is, whether it was stored or the key was taken', async () => {
    await using fixture = await open()
    const key = newKey()
    const source = await stage(fixture, makeBytes(10))
    for (const outcome of ['stored', 'exists'])
      expect(await fixture.store.put(key, source, keep)).toBe(outcome)
    const other = newKey()
    expect(await fixture.store.put(other, source, keep)).toBe('stored')
    expect(await readBlob(fixture.store, { key: other })).toEqual(makeBytes(10))
    await discard(source)
    expect(await readBlob(fixture.store, { key })).toEqual(makeBytes(10))
  })
}

function describeAborting({ open }: BlobStoreSubject, { stage }: SourceKind): void {
  test('aborted before it begins, stores nothing', async () => {
    await using fixture = await open()
    const key = newKey()
    const signal = AbortSignal.abort(new Error('gone'))
    const source = await stage(fixture, makeBytes(10))
    await expect(fixture.store.put(key, source, { ...keep, signal })).rejects.toBe(signal.reason)
    expect(await fixture.store.stat(key)).toBeUndefined()
    expect(await listBlobs(fixture.store, '')).toEqual([])
    await discard(source)
  })

  test('aborted while it runs, stores all or nothing', async () => {
    await using fixture = await open()
    const key = newKey()
    const abort = new AbortController()
    const source = await stage(fixture, makeBytes(2_000_000))
    const put = fixture.store.put(key, source, { ...keep, signal: abort.signal })
    abort.abort()
    const outcome = await put.catch((error: unknown) => error)
    if (outcome === 'stored') expect((await readBlob(fixture.store, { key }))?.byteLength).toBe(2_000_000)
    else {
      expect(outcome).toBe(abort.signal.reason)
      expect(await listBlobs(fixture.store, '')).toEqual([])
    }
    await discard(source)
  })

  test('aborted after it resolved, changes nothing', async () => {
    await using fixture = await open()
    const key = newKey()
    const abort = new AbortController()
    await fixture.store.put(key, await stage(fixture, makeBytes(10)), { ...keep, signal: abort.signal })
    abort.abort()
    expect(await readBlob(fixture.store, { key })).toEqual(makeBytes(10))
  })
}

function describeConcurrentPuts({ open }: BlobStoreSubject): void {
  test('of many puts of one key that must not change, one stores', async () => {
    await using fixture = await open()
    const { store } = fixture
    const key = newKey()
    const contents = Array.from({ length: 16 }, (_, index) => makeBytes(50_000, index + 1))
    const outcomes = await Promise.all(contents.map((bytes) => store.put(key, bytes, keep)))
    expect(outcomes.filter((outcome) => outcome === 'stored')).toHaveLength(1)
    expect(outcomes.filter((outcome) => outcome === 'exists')).toHaveLength(15)
    const winner = contents[outcomes.indexOf('stored')]
    expect((await readBlob(store, { key }))?.equals(winner ?? Buffer.alloc(0))).toBe(true)
  })

  test('many puts side by side are all kept', async () => {
    await using fixture = await open()
    const { store } = fixture
    const keys = Array.from({ length: 40 }, () => newKey())
    await Promise.all(keys.map((key, index) => store.put(key, makeBytes(1000, index + 1), keep)))
    for (const [index, key] of keys.entries())
      expect(await readBlob(store, { key })).toEqual(makeBytes(1000, index + 1))
  })

  test('a reader beside replacing puts sees the old or the new bytes, never a mix', async () => {
    await using fixture = await open()
    const { store } = fixture
    const key = newKey()
    const contents = Array.from({ length: 8 }, (_, index) => Buffer.alloc(300_000 + index, index + 1))
    await store.put(key, contents[0] ?? Buffer.alloc(1), keep)
    const puts = Promise.all(contents.map((bytes) => store.put(key, bytes, replace)))
    const seen = await Promise.all(Array.from({ length: 24 }, () => readBlob(store, { key })))
    await puts
    for (const bytes of seen) expect(contents.some((one) => bytes?.equals(one))).toBe(true)
  })
}

function describeDeleting({ open }: BlobStoreSubject): void {
  test('delete removes one blob, and succeeds if there is none', async () => {
    await using fixture = await open()
    const { store } = fixture
    const [key, other] = [newKey(), newKey()]
    await store.put(key, makeBytes(10), keep)
    await store.put(other, makeBytes(11), keep)
    await store.delete(key)
    await store.delete(key)
    await store.delete(newKey())
    expect(await store.stat(key)).toBeUndefined()
    expect(await readBlob(store, { key: other })).toEqual(makeBytes(11))
    expect(await store.put(key, makeBytes(12), keep)).toBe('stored')
    expect(await readBlob(store, { key })).toEqual(makeBytes(12))
  })

  test('puts and deletes of neighbours do not disturb each other', async () => {
    await using fixture = await open()
    const { store } = fixture
    const keys = Array.from({ length: 12 }, (_, index) => newKey(`abcdef0-${index}`))
    for (let round = 0; round < 5; round += 1)
      await Promise.all(
        keys.map(async (key, index) => {
          expect(await store.put(key, makeBytes(100, index + 1), keep)).toBe('stored')
          expect(await readBlob(store, { key })).toEqual(makeBytes(100, index + 1))
          await store.delete(key)
        }),
      )
    expect(await listBlobs(store, '')).toEqual([])
  })
}
