import { type BlobStore, parseBlobKey } from '@tintype/storage'
import { openMemoryBlobStore } from '@tintype/storage/drivers/memory'
import { expect, test } from 'vitest'
import { emptyQuarantine } from './empty-quarantine.ts'

const id = '0193f6a0-7c00-7000-8000-000000000004'

async function openFilled(...keys: string[]) {
  const store = await openMemoryBlobStore()
  for (const key of keys)
    await store.put(parseBlobKey(key), Buffer.from('bytes'), { contentType: 'image/jpeg', ifExists: 'fail' })
  return store
}

async function keysOf(store: BlobStore): Promise<string[]> {
  const keys: string[] = []
  for await (const { key } of store.list('')) keys.push(key)
  return keys
}

const all = () => ({ before: new Date(Date.now() + 60_000), signal: new AbortController().signal })

test('B184 only files that have the names of quarantine are removed', async () => {
  const put = [
    `${id}.jpg`,
    `${id}.jpg.2`,
    `${id}.json`,
    `originals/0193f6a/${id}.avif`,
    `originals/0193f6a/${id}.avif.12`,
  ]
  const foreign = [
    'notes.txt',
    'originals/list.json',
    `originals/ffffff0/${id}.jpg`, // not its directory
    `originals/0193f6a/${id}.jpg.bak`,
    `${id}.thumb.webp`,
    `keep/${id}.jpg`,
    id,
  ]
  await using store = await openFilled(...put, ...foreign)
  expect(await emptyQuarantine(store, all())).toEqual({
    removed: put.length,
    byteSize: put.length * 'bytes'.length,
    left: 0,
  })
  expect((await keysOf(store)).toSorted()).toEqual(foreign.toSorted())
})

test('B184 a file that cannot be removed is counted with its reason, and the others are removed', async () => {
  const [first, second, third] = [`${id}.json`, `${id}.jpg`, `originals/0193f6a/${id}.jpg`]
  await using store = await openFilled(first, second, third)
  const err = new Error('not permitted')
  const refusing = {
    ...store,
    delete: (key: Parameters<typeof store.delete>[0]) =>
      key === first ? Promise.reject(err) : store.delete(key),
  }
  expect(await emptyQuarantine(refusing, all())).toEqual({ removed: 2, byteSize: 10, left: 1, err })
  expect(await keysOf(store)).toEqual([first])
})
