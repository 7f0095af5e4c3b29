import { mkdtempDisposable } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openMemoryCatalog } from '@tintype/catalog/drivers/memory'
import { createImaging } from '@tintype/imaging'
import { unhurried } from '@tintype/imaging/testing'
import { createPhotoLibrary, type UploadLimits } from '@tintype/photos'
import { listStaged, openStaging } from '@tintype/storage'
import { openMemoryBlobStore } from '@tintype/storage/drivers/memory'

/** A photo library of one test, in memory and a temporary directory. */
export async function openTestPhotos(limits: UploadLimits) {
  await using opening = new AsyncDisposableStack()
  const home = opening.use(await mkdtempDisposable(join(tmpdir(), 'tintype-test-')))
  const memory = { memoryByteSize: 1024, memoryBudgetByteSize: 1024 * 1024 }
  const staging = opening.use(await openStaging({ directory: home.path, ...memory }))
  const blobs = opening.use(await openMemoryBlobStore())
  const catalog = opening.use(await openMemoryCatalog())
  const imaging = opening.use(createImaging({ ...unhurried, limits, concurrency: 1, queueLength: 10 }))
  const log = { info() {}, warn() {}, error() {} }
  const deps = { staging, blobs, catalog, imaging, limits, log, now: Date.now }
  const photos = opening.use(createPhotoLibrary(deps))
  const owned = opening.move()
  return {
    photos,
    catalog,
    /** Files of uploads that are under way. */
    async stagedFiles() {
      const paths: string[] = []
      for await (const { path } of listStaged(home.path)) paths.push(path)
      return paths
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}
