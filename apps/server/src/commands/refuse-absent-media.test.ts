import { openMemoryCatalog } from '@tintype/catalog/drivers/memory'
import { samplePhoto } from '@tintype/catalog/testing'
import { parseBlobKey } from '@tintype/storage'
import { openMemoryBlobStore } from '@tintype/storage/drivers/memory'
import { expect, test } from 'vitest'
import { refuseAbsentMedia } from './refuse-absent-media.ts'

test.each([
  { photos: 0, missing: 0, isRefused: false },
  { photos: 1, missing: 1, isRefused: true },
  { photos: 12, missing: 10, isRefused: false },
  { photos: 12, missing: 11, isRefused: true },
  { photos: 220, missing: 22, isRefused: false },
  { photos: 220, missing: 23, isRefused: true },
])('B184 $missing of $photos originals missing: refused is $isRefused', async (library) => {
  await using catalog = await openMemoryCatalog()
  await using blobs = await openMemoryBlobStore()
  for (let nth = 0; nth < library.photos; nth += 1) {
    const photo = samplePhoto({ format: 'jpeg' })
    await catalog.insert(photo)
    if (nth < library.missing) continue
    const key = parseBlobKey(`originals/${photo.id.slice(0, 7)}/${photo.id}.jpg`)
    await blobs.put(key, Buffer.from('bytes'), { contentType: 'image/jpeg', ifExists: 'fail' })
  }
  const { signal } = new AbortController()
  const storage = { kind: 'disk', directory: '/mnt/photos' } as const
  const outcome = refuseAbsentMedia({ catalog, blobs }, { storage, signal })
  const refusal = `${library.missing} of ${library.photos} originals are missing in /mnt/photos`
  if (library.isRefused) await expect(outcome).rejects.toThrow(refusal)
  else await expect(outcome).resolves.toBeUndefined()
})
