import { copyFile, mkdir, open, rename, rm, symlink, truncate, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { CatalogReader } from '@tintype/catalog'
import { TintypeError, type TintypeErrorCode } from '@tintype/contract'
import type { BlobReader, UnreadableReason } from '@tintype/storage'
import { expect, test } from 'vitest'
import { openTestLibrary, sha256 } from '../testing/open-test-library.ts'
import { type CheckedLibrary, checkLibrary } from './check-library.ts'
import type { Finding } from './finding.ts'

const { signal } = new AbortController()
const hourMs = 3_600_000

async function findingsOf(library: CheckedLibrary): Promise<Finding[]> {
  const before = new Date(Date.now() - 2 * hourMs)
  const findings: Finding[] = []
  for await (const finding of checkLibrary(library, { before, signal })) findings.push(finding)
  return findings
}

/** Sets the times of files to three hours ago. */
async function age(...paths: string[]): Promise<void> {
  const then = new Date(Date.now() - 3 * hourMs)
  for (const path of paths) await utimes(path, then, then)
}

async function flipByte(path: string, at: number): Promise<void> {
  await using file = await open(path, 'r+')
  const byte = Buffer.alloc(1)
  await file.read(byte, 0, 1, at)
  await file.write(Buffer.from([(byte[0] ?? 0) ^ 1]), 0, 1, at)
}

test('a library after uploads, renditions and deletions has no finding', async () => {
  await using library = await openTestLibrary()
  for (let count = 0; count < 120; count += 1) {
    const { photo, path } = await library.addPhoto(1000 + count)
    const { path: made } = await library.addRendition(photo)
    await age(path, made)
  }
  const progress: number[] = []
  const options = {
    before: new Date(),
    signal,
    onProgress: ({ done }: { done: number }) => progress.push(done),
  }
  for await (const finding of checkLibrary(library, options)) expect(finding).toBeUndefined()
  expect(progress.at(-1)).toBe(120)
})

test('B170 torn, zero-filled, flipped, swapped and missing originals are found, and nothing else is', async () => {
  await using library = await openTestLibrary()
  await library.addPhoto()
  const torn = await library.addPhoto()
  await truncate(torn.path, 4096)
  const zeroed = await library.addPhoto()
  await truncate(zeroed.path, 4096)
  await truncate(zeroed.path, 5000)
  const flipped = await library.addPhoto()
  await flipByte(flipped.path, 4321)
  const missing = await library.addPhoto()
  await rm(missing.path)
  const linked = await library.addPhoto()
  await rename(linked.path, `${linked.path.slice(0, -4)}-elsewhere.jpg`)
  await symlink(`${linked.path.slice(0, -4)}-elsewhere.jpg`, linked.path)
  const [one, other] = [await library.addPhoto(), await library.addPhoto()]
  await rename(one.path, `${library.stagingDirectory}/swap`)
  await rename(other.path, one.path)
  await rename(`${library.stagingDirectory}/swap`, other.path)

  const findings = (await findingsOf(library)).filter(({ subject }) => subject === 'original')
  const problems = new Map(findings.map((finding) => ['key' in finding && finding.key, finding]))
  expect(problems.size).toBe(7)
  expect(problems.get(torn.key)).toMatchObject({ problem: 'wrong-size', expected: 5000, found: 4096 })
  const zeroes = Buffer.concat([zeroed.bytes.subarray(0, 4096), Buffer.alloc(904)])
  expect(problems.get(zeroed.key)).toMatchObject({ problem: 'wrong-hash', found: sha256(zeroes) })
  expect(problems.get(flipped.key)).toMatchObject({ problem: 'wrong-hash', expected: flipped.photo.sha256 })
  expect(problems.get(missing.key)).toMatchObject({ problem: 'missing' })
  expect(problems.get(linked.key)).toMatchObject({ problem: 'missing' })
  expect(problems.get(one.key)).toMatchObject({ problem: 'wrong-hash', found: other.photo.sha256 })
  expect(problems.get(other.key)).toMatchObject({ problem: 'wrong-hash', found: one.photo.sha256 })
})

test('renditions that are missing or damaged are found, with the row that says so', async () => {
  await using library = await openTestLibrary()
  const { photo } = await library.addPhoto()
  const missing = await library.addRendition(photo, 'w160')
  await rm(missing.path)
  const flipped = await library.addRendition(photo, 'w320')
  await flipByte(flipped.path, 0)
  await library.addRendition(photo, 'w480')
  expect(await findingsOf(library)).toEqual([
    { subject: 'rendition', key: missing.key, rendition: missing.rendition, problem: 'missing' },
    expect.objectContaining({ key: flipped.key, rendition: flipped.rendition, problem: 'wrong-hash' }),
  ])
})

test('B184 a row that differs from its bytes, and bytes without a row, are different findings', async () => {
  await using library = await openTestLibrary()
  const edited = await library.storePhoto()
  await library.catalog.insert({ ...edited.photo, byteSize: 1 })
  const orphan = await library.storePhoto()
  await age(orphan.path)
  expect(await findingsOf(library)).toEqual([
    { subject: 'orphan', key: orphan.key, byteSize: 5000 },
    expect.objectContaining({ subject: 'original', key: edited.key, problem: 'wrong-size', expected: 1 }),
  ])
})

test('what Tintype did not make, and what uploads have left, is found; what is young may still be under way', async () => {
  await using library = await openTestLibrary()
  const { path } = await library.addPhoto()
  await library.storePhoto() // its row may be on its way (B172)
  await copyFile(path, join(library.media, 'originals/copy.jpg'))
  await writeFile(join(library.media, 'Thumbs.db'), '')
  const left = join(library.stagingDirectory, `${'0'.repeat(16)}-${'1'.repeat(16)}`)
  await mkdir(left)
  for (const name of ['old', 'young']) await writeFile(join(left, name), 'half')
  await age(join(left, 'old'))
  expect(await findingsOf(library)).toEqual([
    { subject: 'foreign', name: 'originals/copy.jpg' },
    { subject: 'foreign', name: 'Thumbs.db' },
    { subject: 'leftover', path: join(left, 'old') },
  ])
})

test('a catalog that is damaged ends the check: no file is judged by it', async () => {
  await using library = await openTestLibrary()
  const orphan = await library.storePhoto()
  await age(orphan.path)
  const reason = 'a row of photo_tags refers to no row of photos'
  const catalog: CatalogReader = { ...library.catalog, findDamage: async () => [reason] }
  expect(await findingsOf({ ...library, catalog })).toEqual([{ subject: 'catalog', reason }])
})

/** A store in which every `open` fails, with what the system reported as its cause. */
function failingToOpen(
  blobs: BlobReader,
  { code, native, unreadable }: { code: TintypeErrorCode; native: string; unreadable?: UnreadableReason },
): BlobReader {
  const cause = new Error(`${native}: it failed, open`)
  const facts = unreadable ? { unreadable } : {}
  const failure = new TintypeError(code, 'The storage failed', { cause, facts })
  return { ...blobs, open: () => Promise.reject(failure) }
}

test('a file that the disk cannot read is a finding; a disk that is gone ends the check', async () => {
  await using library = await openTestLibrary()
  const { key } = await library.addPhoto()
  for (const [native, unreadable, problem] of [
    ['EIO', 'damaged', 'unreadable'],
    ['EACCES', 'forbidden', 'forbidden'],
  ] as const) {
    const blobs = failingToOpen(library.blobs, { code: 'STORAGE_UNAVAILABLE', native, unreadable })
    expect(await findingsOf({ ...library, blobs })).toEqual([
      expect.objectContaining({ key, problem, reason: `${native}: it failed, open` }),
    ])
  }
  await rename(library.media, `${library.media}-gone`)
  await expect(findingsOf(library)).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' })
})

test.each([
  ['OVERLOADED', 'EMFILE'],
  ['STORAGE_UNAVAILABLE', 'ENODEV'],
] as const)(
  'B163: a store that is %s for a moment (%s) ends the check: no photo is called broken for it',
  async (code, native) => {
    await using library = await openTestLibrary()
    await library.addPhoto()
    const blobs = failingToOpen(library.blobs, { code, native })
    await expect(findingsOf({ ...library, blobs })).rejects.toMatchObject({ code })
  },
)

test('a file that ends early while it is read is a finding', async () => {
  await using library = await openTestLibrary()
  const { key, path } = await library.addPhoto()
  const blobs: BlobReader = {
    ...library.blobs,
    async open(...asked) {
      const blob = await library.blobs.open(...asked)
      await truncate(path, 1000)
      return blob
    },
  }
  expect(await findingsOf({ ...library, blobs })).toEqual([
    expect.objectContaining({ key, problem: 'unreadable' }),
  ])
})

test('photos that are deleted, and renditions that are made again, while they are compared are no finding', async () => {
  await using library = await openTestLibrary()
  const deleted = await library.addPhoto()
  const remade = await library.addPhoto()
  const rendition = await library.addRendition(remade.photo)
  let isRemade = false
  /** The store, in which things happen the moment before a blob is opened. */
  const blobs: BlobReader = {
    ...library.blobs,
    async open(key, options) {
      if (key === deleted.key) {
        await library.catalog.delete(deleted.photo.id)
        await library.blobs.delete(key)
      }
      if (key === rendition.key && !isRemade) {
        isRemade = true
        await library.addRendition(remade.photo)
      }
      return library.blobs.open(key, options)
    },
  }
  expect(await findingsOf({ ...library, blobs })).toEqual([])
  expect(isRemade).toBe(true)
  expect(await library.catalog.count()).toBe(1)
})

test('B186 bytes with an old time, whose row is added or that are deleted during the check, are no orphans', async () => {
  await using library = await openTestLibrary()
  const [kept, gone] = [await library.storePhoto(), await library.storePhoto()]
  await age(kept.path, gone.path)
  let looks = 0
  const blobs: BlobReader = {
    ...library.blobs,
    async stat(key) {
      if (looks++ === 0) {
        await library.catalog.insert(kept.photo)
        await library.blobs.delete(gone.key)
      }
      return library.blobs.stat(key)
    },
  }
  expect(await findingsOf({ ...library, blobs })).toEqual([])
  expect(looks).toBeGreaterThan(0)
})
