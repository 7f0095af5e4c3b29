import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { samplePhoto } from '@tintype/catalog/testing'
import { TintypeError } from '@tintype/contract'
import type { Staging } from '@tintype/storage'
import { expect, test } from 'vitest'
import { originalKey } from '../blob-keys.ts'
import { openTestEngines } from '../testing/open-test-engines.ts'
import { openTestLibrary } from '../testing/open-test-library.ts'
import { openOriginal } from './open-original.ts'

/** Records the scratch files. */
function watchScratchFiles(staging: Staging) {
  const paths: string[] = []
  const watched: Staging = {
    ...staging,
    async makeScratchFile() {
      const file = await staging.makeScratchFile()
      paths.push(file.path)
      return file
    },
  }
  return { staging: watched, paths }
}

test('an original without a local path is copied into a scratch file, which is removed afterwards', async () => {
  await using engines = await openTestEngines()
  const { staging, paths } = watchScratchFiles(engines.staging)
  const photo = samplePhoto({ format: 'jpeg' })
  const bytes = randomBytes(5_000_000)
  await engines.blobs.put(originalKey(photo.id, 'jpeg'), bytes, {
    contentType: 'image/jpeg',
    ifExists: 'fail',
  })
  {
    await using original = await openOriginal(photo, { blobs: engines.blobs, staging })
    expect(paths).toEqual([original.path])
    expect((await readFile(original.path)).equals(bytes)).toBe(true)
  }
  expect(paths.map((path) => existsSync(path))).toEqual([false])
})

test('an original with a local path is read directly, and is kept', async () => {
  await using library = await openTestLibrary()
  const { staging, paths } = watchScratchFiles(library.staging)
  const { photo, path } = await library.addPhoto()
  {
    await using original = await openOriginal(photo, { blobs: library.blobs, staging })
    expect(original.path).toBe(path)
  }
  expect(paths).toEqual([])
  expect(existsSync(path)).toBe(true)
})

test('a copy that fails leaves no file', async () => {
  await using engines = await openTestEngines()
  const { staging, paths } = watchScratchFiles(engines.staging)
  const failure = new TintypeError('STORAGE_UNAVAILABLE', 'The connection is lost')
  async function* body() {
    yield Buffer.alloc(1000)
    throw failure
  }
  const open: typeof engines.blobs.open = async () => ({
    byteSize: 2000,
    body: Readable.from(body(), { objectMode: false }),
  })
  const opening = openOriginal(samplePhoto(), { blobs: { ...engines.blobs, open }, staging })
  await expect(opening).rejects.toBe(failure)
  expect(paths.map((path) => existsSync(path))).toEqual([false])
})

test('B181 a missing original is PHOTO_NOT_FOUND', async () => {
  await using engines = await openTestEngines()
  await expect(openOriginal(samplePhoto(), engines)).rejects.toMatchObject({ code: 'PHOTO_NOT_FOUND' })
})
