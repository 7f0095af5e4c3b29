import { readdir, rm, truncate, utimes } from 'node:fs/promises'
import { TintypeError } from '@tintype/contract'
import type { BlobStore } from '@tintype/storage'
import { expect, test } from 'vitest'
import { openTestLibrary } from '../testing/open-test-library.ts'
import { checkLibrary } from './check-library.ts'
import { type RepairTools, repairFinding } from './repair-finding.ts'

const { signal } = new AbortController()

type Library = Awaited<ReturnType<typeof openTestLibrary>>

async function repairAll(library: Library, overrides: Partial<RepairTools> = {}) {
  const { blobs, catalog } = library
  const removeLeftover = (path: string) => rm(path)
  const tools = { blobs, catalog, removeLeftover, removesOrphanedOriginals: false, ...overrides }
  const repairs: string[] = []
  const before = new Date(Date.now() - 60_000)
  for await (const finding of checkLibrary(library, { before, signal }))
    repairs.push(`${finding.subject} ${await repairFinding(finding, tools)}`)
  return repairs.toSorted()
}

async function breakLibrary(library: Library) {
  const broken = await library.addPhoto()
  await truncate(broken.path, 1)
  const { photo } = await library.addPhoto()
  const rendition = await library.addRendition(photo)
  await truncate(rendition.path, 1)
  const orphan = await library.storePhoto()
  await utimes(orphan.path, 0, 0)
  return { broken, rendition, orphan, photo }
}

test('B184 what is safe is repaired, what is not is left, and a second time finds only that', async () => {
  await using library = await openTestLibrary()
  const { broken, rendition, orphan, photo } = await breakLibrary(library)
  expect(await repairAll(library)).toEqual(['original left', 'orphan left', 'rendition will be made again'])
  expect(await library.blobs.stat(rendition.key)).toBeUndefined()
  expect(await library.catalog.listRenditions(photo.id)).toEqual([])
  expect(await library.blobs.stat(orphan.key)).toBeDefined()
  expect(await library.catalog.get(broken.photo.id)).toStrictEqual(broken.photo)
  expect((await library.blobs.stat(broken.key))?.byteSize).toBe(1)
  expect(await repairAll(library)).toEqual(['original left', 'orphan left'])

  expect(await repairAll(library, { removesOrphanedOriginals: true })).toContain('orphan removed')
  expect(await library.blobs.stat(orphan.key)).toBeUndefined()
})

test('nothing is repaired that only another user may read, with any flag', async () => {
  await using library = await openTestLibrary()
  const { photo, key } = await library.addPhoto()
  await library.addRendition(photo)
  const facts = { unreadable: 'forbidden' } as const
  const refusal = new TintypeError('STORAGE_UNAVAILABLE', 'The storage refuses', { facts })
  const blobs: BlobStore = { ...library.blobs, open: () => Promise.reject(refusal) }
  const quarantine = { keepBroken: () => Promise.reject(new Error('nothing may be put aside')) }
  expect(await repairAll({ ...library, blobs }, { quarantine })).toEqual(['original left', 'rendition left'])
  expect(await library.catalog.listRenditions(photo.id)).toHaveLength(1)
  expect(await library.blobs.stat(key)).toBeDefined()
})

test('a broken photo is deleted once it is in quarantine, and stays if that fails', async () => {
  await using library = await openTestLibrary()
  const { broken, photo } = await breakLibrary(library)
  const full = new Error('ENOSPC')
  const refusing = { keepBroken: () => Promise.reject(full) }
  await expect(repairAll(library, { quarantine: refusing })).rejects.toBe(full)
  expect(await library.catalog.get(broken.photo.id)).toStrictEqual(broken.photo)

  const quarantined: string[] = []
  const quarantine: RepairTools['quarantine'] = {
    async keepBroken({ key }) {
      quarantined.push(key)
      expect((await library.blobs.stat(key))?.byteSize).toBe(1)
      return 'all'
    },
  }
  const repairs = await repairAll(library, { removesOrphanedOriginals: true, quarantine })
  expect(repairs).toContain('original quarantined')
  expect(quarantined).toEqual([broken.key])
  expect(await library.catalog.get(broken.photo.id)).toBeUndefined()
  expect(await library.catalog.count()).toBe(1)
  expect(await library.catalog.get(photo.id)).toBeDefined()
  expect(await repairAll(library)).toEqual([])
  expect(
    (await readdir(library.media, { recursive: true })).filter((name) => name.includes(broken.photo.id)),
  ).toEqual([])
})
