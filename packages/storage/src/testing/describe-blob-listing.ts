import { expect, test } from 'vitest'
import { parseBlobKey } from '../blob-key.ts'
import type { BlobStat } from '../blob-store.ts'
import { type BlobStoreSubject, keep, listBlobs, makeBytes } from './blob-store-subject.ts'

const keys = [
  'originals/0000000/a.jpg',
  'originals/0000000/b.png',
  'originals/0000001/a.jpg',
  'originals-other/0000000/a.jpg',
  'renditions/0000000/a/w320.webp',
  'renditions/0000000/a/w640.avif',
  'top.json',
]

/** Part of `describeBlobStore`: what `list` promises. */
export function describeBlobListing({ open }: BlobStoreSubject): void {
  test.each([
    '',
    'o',
    'originals',
    'originals/',
    'originals/0000000',
    'originals/0000000/',
    'originals/0000000/a',
    'originals/0000000/a.jpg',
    'originals/0000000/a.jpg/',
    'renditions/0000000/a/w',
    'nothing',
    'nothing/at/all',
    '../',
    '/',
    '.',
  ])('lists exactly what starts with "%s"', async (prefix) => {
    await using fixture = await open()
    const { store } = fixture
    for (const [index, key] of keys.entries()) await store.put(parseBlobKey(key), makeBytes(index), keep)
    const listed = await listBlobs(store, prefix)
    expect(listed.map(({ key }) => key)).toEqual(keys.filter((key) => key.startsWith(prefix)).sort())
    for (const { usedAtMs: _, keyedAtMs: __, ...stat } of listed)
      expect(stat).toEqual(await store.stat(stat.key))
  })

  test('lists in the order of keys what comes after a text, if the store can', async () => {
    await using fixture = await open()
    const { store } = fixture
    for (const [index, key] of keys.toReversed().entries())
      await store.put(parseBlobKey(key), makeBytes(index), keep)
    for (const after of ['', 'originals/', ...keys, 'originals/0000000/a', 'renditions/0000000/a/x', 'z']) {
      if (!store.listAfter) return
      for (const prefix of ['', 'originals/', 'renditions/0000000/a/w']) {
        const listed: BlobStat[] = []
        for await (const blob of store.listAfter(prefix, after)) listed.push(blob)
        const expected = keys.filter((key) => key.startsWith(prefix) && key > after).sort()
        expect(listed.map(({ key }) => key)).toEqual(expected)
        for (const blob of listed) expect(blob).toEqual(await store.stat(blob.key))
      }
    }
  })

  test('listing may end early, and its blobs may be deleted in the meantime', async () => {
    await using fixture = await open()
    const { store } = fixture
    for (const key of keys) await store.put(parseBlobKey(key), makeBytes(1), keep)
    for await (const { key } of store.list('')) {
      expect(keys).toContain(key)
      break
    }
    for await (const { key } of store.list('')) await store.delete(key)
    expect(await listBlobs(store, '')).toEqual([])
  })
}
