import { samplePhoto, sampleRendition } from '@tintype/catalog/testing'
import { TintypeError } from '@tintype/contract'
import type { BlobKey } from '@tintype/storage'
import { expect, test } from 'vitest'
import { originalKey, renditionKey } from './blob-keys.ts'
import { createPhotoDeletion } from './delete-photo.ts'
import { keysOf, openTestEngines } from './testing/open-test-engines.ts'

const readOnly = new TintypeError('STORAGE_UNAVAILABLE', 'The storage refuses', { retryAfterSeconds: 1 })

/** Without the pause after a deletion. */
const now = { minAgeMs: 0 }

/** A photo with a thumbnail, in a store whose deletes can be made to fail. */
async function setUp() {
  const engines = await openTestEngines()
  const photo = samplePhoto({ format: 'jpeg' })
  const keys = [originalKey(photo.id, 'jpeg'), renditionKey(photo.id, 'thumb', 'webp')] as const
  for (const key of keys)
    await engines.blobs.put(key, Buffer.from('bytes'), { contentType: 'image/jpeg', ifExists: 'fail' })
  await engines.catalog.insert(photo)
  await engines.catalog.putRendition(sampleRendition(photo.id))
  const stuck = new Set<BlobKey>()
  const blobs = {
    ...engines.blobs,
    delete: (key: BlobKey) => (stuck.has(key) ? Promise.reject(readOnly) : engines.blobs.delete(key)),
  }
  const deletion = createPhotoDeletion({ blobs, catalog: engines.catalog })
  return { ...engines, photo, keys, stuck, ...deletion }
}

test('a deleted photo leaves nothing, and nothing to try again', async () => {
  await using one = await setUp()
  await one.deletePhoto(one.photo.id)
  expect(await keysOf(one.blobs)).toEqual([])
  expect(await one.finishDeletions(now)).toEqual({ removed: 0, left: 0 })
  await expect(one.deletePhoto(one.photo.id)).rejects.toMatchObject({ code: 'PHOTO_NOT_FOUND' })
})

test('bytes that cannot be removed are reported, and removed by a later try', async () => {
  await using one = await setUp()
  const [original] = one.keys
  one.stuck.add(original)
  const error = await one.deletePhoto(one.photo.id).catch((reason: TintypeError) => reason)
  expect(error).toMatchObject({
    code: 'STORAGE_UNAVAILABLE',
    message: expect.stringMatching(/^The photo is deleted, but its files/),
    cause: readOnly,
  })
  expect(error).not.toMatchObject({ retryAfterSeconds: expect.any(Number) })
  expect(await one.catalog.get(one.photo.id)).toBeUndefined()
  expect(await keysOf(one.blobs)).toEqual([original])
  expect(await one.finishDeletions(now)).toEqual({ removed: 0, left: 1 })
  one.stuck.clear()
  expect(await one.finishDeletions(now)).toEqual({ removed: 1, left: 0 })
  expect(await keysOf(one.blobs)).toEqual([])
})

test('one that stays does not hold up the others', async () => {
  await using one = await setUp()
  const [original, thumbnail] = one.keys
  for (const key of one.keys) one.stuck.add(key)
  await expect(one.deletePhoto(one.photo.id)).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' })
  one.stuck.delete(thumbnail)
  expect(await one.finishDeletions(now)).toEqual({ removed: 0, left: 1 })
  expect(await keysOf(one.blobs)).toEqual([original])
})

test('a photo whose row would not go is as it was', async () => {
  await using one = await setUp()
  const lost = new TintypeError('CATALOG_UNAVAILABLE', 'lost')
  const catalog = { ...one.catalog, delete: () => Promise.reject(lost) }
  const { deletePhoto, finishDeletions } = createPhotoDeletion({ blobs: one.blobs, catalog })
  await expect(deletePhoto(one.photo.id)).rejects.toBe(lost)
  expect(await finishDeletions(now)).toEqual({ removed: 0, left: 0 })
  expect(await keysOf(one.blobs)).toHaveLength(2)
})

test('nothing is removed again before a quarter of an hour is over', async () => {
  await using one = await setUp()
  one.stuck.add(one.keys[0])
  await expect(one.deletePhoto(one.photo.id)).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' })
  one.stuck.clear()
  expect(await one.finishDeletions()).toEqual({ removed: 0, left: 0 })
  expect(await keysOf(one.blobs)).toHaveLength(1)
})

test('B156 a rendition that another server stores after the deletion is removed, and so are files that a crash has left', async () => {
  await using one = await setUp()
  const [original] = one.keys
  await one.deletePhoto(one.photo.id)
  const late = renditionKey(one.photo.id, 'w640', 'avif')
  for (const key of [original, late])
    await one.blobs.put(key, Buffer.from('bytes'), { contentType: 'image/avif', ifExists: 'fail' })
  expect(await one.finishDeletions(now)).toEqual({ removed: 2, left: 0 })
  expect(await keysOf(one.blobs)).toEqual([])
  expect(await one.finishDeletions(now)).toEqual({ removed: 0, left: 0 })
})

test('a photo that is there again under the same id keeps its files', async () => {
  await using one = await setUp()
  const { catalog, photo } = one
  await catalog.delete(photo.id)
  await catalog.insert(photo)
  expect(await one.finishDeletions(now)).toEqual({ removed: 0, left: 0 })
  expect(await keysOf(one.blobs)).toHaveLength(2)
  expect(await catalog.listBlobDeletions({ minAgeMs: 0, limit: 1 })).toEqual([])
})

test('deletions that fail do not hold up hundreds of others', async () => {
  await using one = await setUp()
  const [original] = one.keys
  one.stuck.add(original)
  await expect(one.deletePhoto(one.photo.id)).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' })
  for (let count = 0; count < 250; count++) {
    const { id } = samplePhoto()
    await one.catalog.insert(samplePhoto({ id }))
    await one.catalog.delete(id)
  }
  expect(await one.finishDeletions(now)).toEqual({ removed: 0, left: 1 })
  expect(await one.catalog.listBlobDeletions({ minAgeMs: 0, limit: 1000 })).toHaveLength(1)
})
