import { openMemoryCatalog } from '@tintype/catalog/drivers/memory'
import { samplePhoto } from '@tintype/catalog/testing'
import { openMemoryBlobStore } from '@tintype/storage/drivers/memory'
import { expect, test } from 'vitest'
import { agreeOnStore } from './agree-on-store.ts'

const config = { storage: { kind: 'disk', directory: '/srv/photos' } } as const

test('the first start makes the claim, and the next ones find it', async () => {
  await using catalog = await openMemoryCatalog()
  await using blobs = await openMemoryBlobStore()
  for (let start = 1; start <= 2; start += 1) await agreeOnStore(config, { catalog, blobs })
  const { id, storeId } = await catalog.readLibrary()
  expect(await blobs.readClaim()).toStrictEqual({ libraryId: id, storeId })
})

test('a start that was killed after its claim is continued', async () => {
  await using catalog = await openMemoryCatalog()
  await using blobs = await openMemoryBlobStore()
  await blobs.claim({ libraryId: (await catalog.readLibrary()).id, storeId: 'store' })
  await agreeOnStore(config, { catalog, blobs })
  expect((await catalog.readLibrary()).storeId).toBe('store')
})

test('B193 two catalogs do not use one store', async () => {
  await using catalog = await openMemoryCatalog()
  await using other = await openMemoryCatalog()
  await using blobs = await openMemoryBlobStore()
  await agreeOnStore(config, { catalog, blobs })
  const start = agreeOnStore(config, { catalog: other, blobs })
  await expect(start).rejects.toThrow('The photos in /srv/photos belong to another library than the catalog')
})

test('a catalog does not use a second store of its library', async () => {
  await using catalog = await openMemoryCatalog()
  await using blobs = await openMemoryBlobStore()
  await catalog.pairWithStore('first')
  await blobs.claim({ libraryId: (await catalog.readLibrary()).id, storeId: 'second' })
  await expect(agreeOnStore(config, { catalog, blobs })).rejects.toThrow('it was moved')
})

test('a store without a photo of a catalog that has some is not claimed', async () => {
  await using catalog = await openMemoryCatalog()
  await using blobs = await openMemoryBlobStore()
  await catalog.insert(samplePhoto())
  await agreeOnStore(config, { catalog, blobs })
  expect(await blobs.readClaim()).toBeUndefined()
})
