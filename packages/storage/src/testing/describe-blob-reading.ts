import { once } from 'node:events'
import { expect, test } from 'vitest'
import {
  type BlobStoreSubject,
  keep,
  listBlobs,
  makeBytes,
  newKey,
  readBlob,
  replace,
} from './blob-store-subject.ts'

/** Part of `describeBlobStore`: what `open` and `stat` promise. */
export function describeBlobReading(subject: BlobStoreSubject): void {
  describeAbsence(subject)
  describeVersions(subject)
  describeRanges(subject)
  describeBodies(subject)
}

function describeAbsence({ open }: BlobStoreSubject): void {
  test('what was never stored is absent', async () => {
    await using fixture = await open()
    const { store } = fixture
    expect(await store.open(newKey())).toBeUndefined()
    expect(await store.open(newKey(), { range: { start: 0, end: 0 } })).toBeUndefined()
    expect(await store.stat(newKey())).toBeUndefined()
  })

  test('a key that is only the beginning of others is absent', async () => {
    await using fixture = await open()
    const { store } = fixture
    const key = newKey()
    await store.put(key, makeBytes(10), keep)
    const parent = key.slice(0, key.lastIndexOf('/')) as typeof key
    expect(await store.open(parent)).toBeUndefined()
    expect(await store.stat(parent)).toBeUndefined()
    await store.delete(parent)
    expect(await readBlob(store, { key })).toEqual(makeBytes(10))
  })

  test('stat returns size and time', async () => {
    await using fixture = await open()
    const key = newKey()
    const beforeMs = Date.now()
    await fixture.store.put(key, makeBytes(10), keep)
    const stat = await fixture.store.stat(key)
    expect(stat).toMatchObject({ key, byteSize: 10 })
    // File systems keep times in ticks of their own, which may be a little earlier.
    expect(Math.abs((stat?.modifiedAtMs ?? 0) - beforeMs)).toBeLessThan(60_000)
  })
}

/** Part of `describeBlobStore`: what `version` promises. */
function describeVersions({ open }: BlobStoreSubject): void {
  test('a version stays until the bytes are replaced, also by as many others', async () => {
    await using fixture = await open()
    const { store } = fixture
    const key = newKey()
    const versions = async () => [
      (await store.stat(key))?.version,
      ...(await listBlobs(store, key)).map(({ version }) => version),
    ]
    await store.put(key, makeBytes(10, 1), keep)
    const [first, ...others] = await versions()
    expect(first).toEqual(expect.any(String))
    expect(others).toEqual([first])
    await readBlob(store, { key })
    await store.put(key, makeBytes(10, 2), keep)
    expect(await versions()).toEqual([first, first])
    await store.put(key, makeBytes(10, 2), replace)
    const [second] = await versions()
    expect(await versions()).toEqual([second, second])
    expect(second).not.toBe(first)
  })
}

function describeRanges({ open }: BlobStoreSubject): void {
  const byteSize = 300_000
  const last = byteSize - 1
  test.each([
    [0, 0],
    [0, last],
    [1, last],
    [last, last],
    [65_535, 65_536],
    [131_071, 131_072],
    [131_072, 262_143],
    [100_000, 299_998],
  ])('the range from %i to %i is exact', async (start, end) => {
    await using fixture = await open()
    const key = newKey()
    const bytes = makeBytes(byteSize)
    await fixture.store.put(key, bytes, keep)
    const blob = await fixture.store.open(key, { range: { start, end } })
    blob?.body.destroy()
    expect(blob?.byteSize).toBe(byteSize)
    const read = await readBlob(fixture.store, { key, range: { start, end } })
    expect(read?.equals(bytes.subarray(start, end + 1))).toBe(true)
  })

  test.each([
    [0, byteSize],
    [byteSize, byteSize],
    [byteSize, byteSize + 5],
    [-1, 5],
    [5, 4],
  ])('the range from %i to %i lies outside and fails', async (start, end) => {
    await using fixture = await open()
    const key = newKey()
    await fixture.store.put(key, makeBytes(byteSize), keep)
    await expect(readBlob(fixture.store, { key, range: { start, end } })).rejects.toMatchObject({
      name: 'TintypeError',
      code: 'INTERNAL',
    })
  })
}

function describeBodies({ open }: BlobStoreSubject): void {
  test('a body can be destroyed at any time', async () => {
    await using fixture = await open()
    const { store } = fixture
    const key = newKey()
    await store.put(key, makeBytes(1_000_000), keep)
    const untouched = (await store.open(key))?.body
    const begun = (await store.open(key))?.body
    for await (const chunk of begun ?? []) {
      expect(chunk.byteLength).toBeGreaterThan(0)
      break
    }
    const closed = untouched && once(untouched, 'close')
    untouched?.destroy()
    await closed
    expect(untouched?.destroyed).toBe(true)
    expect(begun?.destroyed).toBe(true)
    expect((await readBlob(store, { key }))?.byteLength).toBe(1_000_000)
  })

  test.each([10, 10_000, 64 * 1024, 300_000])(
    'the chunks of a body of %i bytes belong to its reader, who may overwrite them and free their memory',
    async (byteSize) => {
      await using fixture = await open()
      const key = newKey()
      const bytes = makeBytes(byteSize)
      await fixture.store.put(key, bytes, keep)
      for await (const chunk of (await fixture.store.open(key))?.body ?? []) {
        const { buffer, byteLength } = chunk as Uint8Array<ArrayBuffer>
        chunk.fill(0)
        if (byteLength === buffer.byteLength) buffer.transfer(0)
      }
      expect((await readBlob(fixture.store, { key }))?.equals(bytes)).toBe(true)
    },
  )

  test('a body that was opened before a delete is complete, or fails; never a part', async () => {
    await using fixture = await open()
    const { store } = fixture
    const key = newKey()
    const bytes = makeBytes(1_000_000)
    await store.put(key, bytes, keep)
    const blob = await store.open(key)
    await store.delete(key)
    const read = await blob?.body.toArray().catch((error: unknown) => error)
    if (Array.isArray(read)) expect(Buffer.concat(read).equals(bytes)).toBe(true)
    else expect(read).toMatchObject({ name: 'TintypeError' })
  })
}
