import { link, rm, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { openSqliteCatalog } from '@tintype/catalog/drivers/sqlite'
import { type BlobReader, fileSource } from '@tintype/storage'
import { expect, test } from 'vitest'
import { openTestLibrary } from '../testing/open-test-library.ts'
import { checkLibrary } from './check-library.ts'
import { copyLibrary } from './copy-library.ts'
import type { Finding } from './finding.ts'
import type { LibraryReaders } from './library-readers.ts'

const { signal } = new AbortController()

type Library = Awaited<ReturnType<typeof openTestLibrary>>

/** Copies a library into another one's directories, as `backup` does. */
async function copy(
  source: LibraryReaders,
  target: Library,
  options: Partial<Parameters<typeof copyLibrary>[2]> = {},
) {
  const file = `${target.file}-copy`
  await source.catalog.backUpTo?.(file)
  await using catalog = await openSqliteCatalog({ file, keepsReserve: false })
  const broken: Finding[] = []
  const onBroken = (finding: Finding) => broken.push(finding)
  const to = { catalog, blobs: target.blobs, staging: target.staging }
  const result = await copyLibrary(source, to, { signal, onBroken, ...options })
  const findings: Finding[] = []
  const checked = { catalog, blobs: target.blobs, listStaged: target.listStaged }
  for await (const finding of checkLibrary(checked, { before: new Date(Date.now() + 60_000), signal }))
    findings.push(finding)
  return { result, broken, findings, photos: (await catalog.list({ limit: 100 })).photos }
}

test('photos are copied with their words, renditions of custom sizes too; the others are left to be made again', async () => {
  await using source = await openTestLibrary()
  await using target = await openTestLibrary()
  const { photo } = await source.addPhoto(300_000)
  await source.catalog.update(photo.id, { title: 'Harbour', tags: ['sea'] })
  await source.addRendition(photo, 'thumb')
  const custom = await source.addRendition(photo, '400x300-cover')
  const { result, findings, broken, photos } = await copy(source, target)
  expect(result).toEqual({ photos: 1, byteSize: 300_000, reused: 0, vanished: 0, broken: 0 })
  expect({ findings, broken }).toEqual({ findings: [], broken: [] })
  expect(photos).toEqual([{ ...photo, title: 'Harbour', tags: ['sea'] }])
  expect((await target.blobs.stat(custom.key))?.byteSize).toBe(700)
})

test('a photo that is deleted while the copy is on its way is not in it', async () => {
  await using source = await openTestLibrary()
  await using target = await openTestLibrary()
  const kept = await source.addPhoto()
  const deleted = await source.addPhoto()
  const blobs: BlobReader = {
    ...source.blobs,
    async open(key, options) {
      if (key === deleted.key) {
        await source.catalog.delete(deleted.photo.id)
        await source.blobs.delete(key)
      }
      return source.blobs.open(key, options)
    },
  }
  const { result, findings, photos } = await copy({ ...source, blobs }, target)
  expect(result).toMatchObject({ photos: 1, vanished: 1, broken: 0 })
  expect(findings).toEqual([])
  expect(photos.map(({ id }) => id)).toEqual([kept.photo.id])
})

test('B170 bytes that do not agree with their row are not copied, and are reported', async () => {
  await using source = await openTestLibrary()
  await using target = await openTestLibrary()
  await source.addPhoto()
  const torn = await source.addPhoto()
  await truncate(torn.path, 1000)
  await truncate(torn.path, 5000)
  const { result, findings, broken } = await copy(source, target)
  expect(result).toMatchObject({ photos: 1, broken: 1 })
  expect(broken).toEqual([expect.objectContaining({ key: torn.key, problem: 'wrong-hash' })])
  expect(findings).toEqual([expect.objectContaining({ key: torn.key, problem: 'missing' })])
})

test('a custom rendition that is made again while the copy is on its way is copied as it is now', async () => {
  await using source = await openTestLibrary()
  await using target = await openTestLibrary()
  const { photo } = await source.addPhoto()
  const custom = await source.addRendition(photo, '400x300-cover')
  let remade = custom
  const blobs: BlobReader = {
    ...source.blobs,
    async open(key, options) {
      if (key === custom.key && remade === custom) remade = await source.addRendition(photo, '400x300-cover')
      return source.blobs.open(key, options)
    },
  }
  const { findings, broken } = await copy({ ...source, blobs }, target)
  expect({ findings, broken }).toEqual({ findings: [], broken: [] })
  const body = (await target.blobs.open(custom.key))?.body
  expect(body && (await buffer(body))).toEqual(remade.bytes)
  expect(remade).not.toBe(custom)
})

test('what an earlier copy has is not read again', async () => {
  await using source = await openTestLibrary()
  await using target = await openTestLibrary()
  const { key, path } = await source.addPhoto()
  const earlier = join(target.stagingDirectory, 'earlier')
  await link(path, earlier)
  await rm(path)
  const { result, findings } = await copy(source, target, { reuse: async () => fileSource(earlier) })
  expect(result).toMatchObject({ photos: 0, reused: 1, broken: 0 })
  expect(findings).toEqual([])
  expect((await target.blobs.stat(key))?.byteSize).toBe(5000)
})

test('an aborted copy stops before the next photo', async () => {
  await using source = await openTestLibrary()
  await using target = await openTestLibrary()
  await source.addPhoto()
  const stopped = AbortSignal.abort(new Error('stop'))
  await expect(copy(source, target, { signal: stopped })).rejects.toThrow('stop')
})
