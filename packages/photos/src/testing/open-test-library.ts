import { createHash, randomBytes } from 'node:crypto'
import { mkdtempDisposable } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { PhotoRecord } from '@tintype/catalog'
import { openSqliteCatalog } from '@tintype/catalog/drivers/sqlite'
import { samplePhoto, sampleRendition } from '@tintype/catalog/testing'
import { listStaged, openStaging } from '@tintype/storage'
import { openDiskBlobStore } from '@tintype/storage/drivers/disk'
import { originalKey, renditionKey } from '../blob-keys.ts'

/** A library of one test, on a real disk and in a real database. Disposing it removes all of it. */
export async function openTestLibrary() {
  await using opening = new AsyncDisposableStack()
  const { path } = opening.use(await mkdtempDisposable(join(tmpdir(), 'tintype-test-')))
  const places = {
    media: join(path, 'media'),
    stagingDirectory: join(path, 'staging'),
    file: join(path, 'tintype.db'),
  }
  const memory = { memoryByteSize: 1024, memoryBudgetByteSize: 1024 * 1024 }
  const staging = opening.use(await openStaging({ directory: places.stagingDirectory, ...memory }))
  const blobs = opening.use(
    await openDiskBlobStore({ directory: places.media, stagingDirectory: places.stagingDirectory }),
  )
  const catalog = opening.use(await openSqliteCatalog({ file: places.file }))
  const owned = opening.move()

  /** Stores bytes as an upload does, without their row. */
  async function storePhoto(byteSize = 5000) {
    const bytes = randomBytes(byteSize)
    const photo = samplePhoto({ byteSize, sha256: sha256(bytes) })
    const key = originalKey(photo.id, photo.format)
    await blobs.put(key, bytes, { contentType: 'image/jpeg', ifExists: 'fail' })
    return { photo, key, path: join(places.media, key), bytes }
  }

  return {
    ...places,
    staging,
    blobs,
    catalog,
    listStaged: () => listStaged(places.stagingDirectory),
    storePhoto,
    /** A photo with its bytes, as after an upload. */
    async addPhoto(byteSize?: number) {
      const stored = await storePhoto(byteSize)
      await catalog.insert(stored.photo)
      return stored
    },
    /** A rendition with its bytes. A second call makes the rendition again, with other bytes. */
    async addRendition(photo: PhotoRecord, name = 'thumb') {
      const bytes = randomBytes(700)
      const facts = { name, byteSize: bytes.length, sha256: sha256(bytes) }
      const rendition = sampleRendition(photo.id, facts)
      const key = renditionKey(photo.id, name, rendition.format)
      await blobs.put(key, bytes, { contentType: 'image/webp', ifExists: 'replace' })
      await catalog.putRendition(rendition)
      return { rendition, key, path: join(places.media, key), bytes }
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

/** 64 lower-case hex digits. */
export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
