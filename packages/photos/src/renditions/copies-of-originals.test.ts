import { samplePhoto } from '@tintype/catalog/testing'
import { createImaging } from '@tintype/imaging'
import { makeImage, unhurried } from '@tintype/imaging/testing'
import type { Staging } from '@tintype/storage'
import { expect, test } from 'vitest'
import { originalKey } from '../blob-keys.ts'
import { openTestEngines, testLimits } from '../testing/open-test-engines.ts'
import { createRenditions } from './renditions.ts'

/** Counts the scratch files that exist at once. */
function countScratchFiles(staging: Staging) {
  const count = { existing: 0, most: 0 }
  const counted: Staging = {
    ...staging,
    async makeScratchFile() {
      const file = await staging.makeScratchFile()
      count.existing += 1
      count.most = Math.max(count.most, count.existing)
      return {
        ...file,
        async [Symbol.asyncDispose]() {
          await file[Symbol.asyncDispose]()
          count.existing -= 1
        },
      }
    },
  }
  return { count, staging: counted }
}

test('originals without a local path are copied once for each decoder at most, however many requests wait', async () => {
  await using engines = await openTestEngines()
  const { count, staging } = countScratchFiles(engines.staging)
  const photo = samplePhoto({ format: 'jpeg', width: 400, height: 300 })
  const bytes = await makeImage({ width: 400, height: 300, format: 'jpeg' })
  await engines.blobs.put(originalKey(photo.id, 'jpeg'), bytes, {
    contentType: 'image/jpeg',
    ifExists: 'fail',
  })
  await engines.catalog.insert(photo)
  await using imaging = createImaging({ ...unhurried, limits: testLimits, concurrency: 2, queueLength: 30 })
  await using renditions = createRenditions({ ...engines, staging, imaging })
  const names = Array.from({ length: 30 }, (_, at) => `${100 + at}x-inside`)
  await Promise.all(names.map((name) => renditions.obtain(photo, name, 'webp')))
  expect(count).toEqual({ existing: 0, most: 2 })
})
