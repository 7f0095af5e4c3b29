import { samplePhoto, samplePhotoId, sampleRendition } from '@tintype/catalog/testing'
import { TintypeError } from '@tintype/contract'
import { type BlobKey, type BlobStore, parseBlobKey } from '@tintype/storage'
import { expect, test } from 'vitest'
import { originalKey, renditionKey } from '../blob-keys.ts'
import { keysOf, openTestEngines } from '../testing/open-test-engines.ts'
import type { Kept } from './quarantine/quarantine.ts'
import { sweepOrphans } from './sweep-orphans.ts'

const { signal } = new AbortController()
const maxOrphanedOriginals = 128
const setAside = async (): Promise<Kept> => 'all'
const options = { maxOrphanedOriginals, setAside, signal }
const later = () => new Date(Date.now() + 60_000)

type Engines = Awaited<ReturnType<typeof openTestEngines>>

async function plant({ blobs }: Engines, ...keys: BlobKey[]) {
  for (const key of keys)
    await blobs.put(key, Buffer.from('bytes'), { contentType: 'image/jpeg', ifExists: 'fail' })
}

/** What the log says of blobs without a row, by key. */
function aboutOrphans({ log }: Engines) {
  const warnings = log.lines.filter(({ level }) => level === 'warn').map(({ facts }) => facts)
  const keys = (facts: readonly object[]) => facts.map((fact) => 'key' in fact && fact.key).toSorted()
  return {
    gone: keys(warnings.filter((fact) => !('err' in fact))),
    left: keys(warnings.filter((fact) => 'err' in fact)),
  }
}

test('blobs without a row go; those with one stay, and so does what was not made here', async () => {
  await using engines = await openTestEngines()
  const photo = samplePhoto({ format: 'jpeg' })
  await engines.catalog.insert(photo)
  await engines.catalog.putRendition(sampleRendition(photo.id))
  const kept = [
    originalKey(photo.id, 'jpeg'),
    renditionKey(photo.id, 'thumb', 'webp'),
    parseBlobKey('originals/0193f6a/notes.txt'),
    parseBlobKey('renditions/readme'),
  ]
  const orphans = [
    originalKey(samplePhotoId(), 'jpeg'),
    originalKey(photo.id, 'png'),
    renditionKey(photo.id, 'w640', 'webp'),
    renditionKey(photo.id, 'thumb', 'jpg'),
    renditionKey(samplePhotoId(), 'thumb', 'webp'),
  ]
  await plant(engines, ...kept, ...orphans)
  expect(await sweepOrphans(engines, { ...options, before: later() })).toMatchObject({
    seen: 9,
    removed: 3,
    setAside: 2,
    stored: { renditions: 2, byteSize: 2 * 'bytes'.length },
  })
  expect(await keysOf(engines.blobs)).toEqual(kept.toSorted())
})

test('B172 younger ones are left alone: their row may be on its way', async () => {
  await using engines = await openTestEngines()
  const orphan = originalKey(samplePhotoId(), 'gif')
  await plant(engines, orphan)
  const before = new Date(Date.now() - 60_000)
  expect(await sweepOrphans(engines, { ...options, before })).toMatchObject({
    seen: 1,
    removed: 0,
  })
  expect(await keysOf(engines.blobs)).toEqual([orphan])
})

test('nothing is removed if the catalog cannot be read', async () => {
  await using engines = await openTestEngines()
  const orphan = originalKey(samplePhotoId(), 'gif')
  await plant(engines, orphan)
  const lost = new TintypeError('CATALOG_UNAVAILABLE', 'lost')
  const deps = { ...engines, catalog: { ...engines.catalog, whichExist: () => Promise.reject(lost) } }
  await expect(sweepOrphans(deps, { ...options, before: later() })).rejects.toBe(lost)
  expect(await keysOf(engines.blobs)).toEqual([orphan])
})

test('B172 bytes that replace an orphan while it is checked stay: their row comes later', async () => {
  await using engines = await openTestEngines()
  const photo = samplePhoto()
  await engines.catalog.insert(photo)
  const key = renditionKey(photo.id, 'thumb', 'webp')
  const hourMs = 3_600_000
  let ageMs = hourMs
  /** The store, as if what lies in it at first was an hour old. */
  const blobs: BlobStore = {
    ...engines.blobs,
    async stat(blobKey) {
      const found = await engines.blobs.stat(blobKey)
      return found && { ...found, modifiedAtMs: found.modifiedAtMs - ageMs }
    },
    async *list(prefix) {
      for await (const { key: blobKey } of engines.blobs.list(prefix)) {
        const found = await blobs.stat(blobKey)
        if (found) yield found
      }
    },
    put(...blob) {
      ageMs = 0
      return engines.blobs.put(...blob)
    },
  }
  const catalog = {
    ...engines.catalog,
    async whichExist(...asked: Parameters<typeof engines.catalog.whichExist>) {
      const found = await engines.catalog.whichExist(...asked)
      await blobs.put(key, Buffer.from('newer'), { contentType: 'image/webp', ifExists: 'replace' })
      return found
    },
  }
  await plant(engines, key)
  const before = new Date(Date.now() - 60_000)
  expect(await sweepOrphans({ ...engines, blobs, catalog }, { ...options, before })).toMatchObject({
    seen: 1,
    removed: 0,
  })
  expect(await keysOf(engines.blobs)).toEqual([key])
})

test('an aborted sweep stops before the next blob', async () => {
  await using engines = await openTestEngines()
  await plant(engines, originalKey(samplePhotoId(), 'gif'), originalKey(samplePhotoId(), 'gif'))
  const stop = new AbortController()
  const blobs = {
    ...engines.blobs,
    async delete(key: BlobKey) {
      await engines.blobs.delete(key)
      stop.abort(new TintypeError('ABORTED', 'stop'))
    },
  }
  const sweep = sweepOrphans({ ...engines, blobs }, { ...options, before: later(), signal: stop.signal })
  await expect(sweep).rejects.toMatchObject({ code: 'ABORTED' })
  expect(await keysOf(engines.blobs)).toHaveLength(1)
})

test('B184 more originals without a row than a crash can leave are left alone: the catalog is doubted', async () => {
  await using engines = await openTestEngines()
  const orphans = Array.from({ length: 129 }, () => originalKey(samplePhotoId(), 'jpeg'))
  const rendition = renditionKey(samplePhotoId(), 'thumb', 'webp')
  await plant(engines, rendition, ...orphans)
  expect(await sweepOrphans(engines, { ...options, before: later() })).toMatchObject({
    removed: 0,
    setAside: 0,
    isCatalogDoubted: true,
  })
  expect(await keysOf(engines.blobs)).toHaveLength(130)

  const [first] = orphans
  if (first) await engines.blobs.delete(first)
  expect(await sweepOrphans(engines, { ...options, before: later() })).toEqual({
    seen: 129,
    removed: 1,
    setAside: 128,
    left: 0,
    isCatalogDoubted: false,
    stored: { renditions: 0, byteSize: 0 },
  })
  expect(await keysOf(engines.blobs)).toEqual([])
})

test('B184 an original without a row is removed only after it was moved to quarantine', async () => {
  await using engines = await openTestEngines()
  const [kept, broken] = [originalKey(samplePhotoId(), 'jpeg'), originalKey(samplePhotoId(), 'jpeg')]
  await plant(engines, kept, broken)
  const aside: BlobKey[] = []
  async function keep(key: BlobKey): Promise<Kept> {
    expect(await engines.blobs.stat(key)).toBeDefined()
    aside.push(key)
    return key === broken ? 'part' : 'all'
  }
  const sweep = sweepOrphans(engines, { ...options, before: later(), setAside: keep })
  expect(await sweep).toMatchObject({ removed: 0, setAside: 1, left: 1 })
  expect(aside.toSorted()).toEqual([kept, broken].toSorted())
  expect(await keysOf(engines.blobs)).toEqual([broken])
  expect(aboutOrphans(engines)).toEqual({ gone: [kept], left: [broken] })
})

test('B184 one original that cannot be set aside keeps neither the others nor renditions from theirs', async () => {
  await using engines = await openTestEngines()
  const orphans = Array.from({ length: 3 }, () => originalKey(samplePhotoId(), 'jpeg')).toSorted()
  await plant(engines, renditionKey(samplePhotoId(), 'thumb', 'webp'), ...orphans)
  const refused: BlobKey[] = []
  async function keep(key: BlobKey): Promise<Kept> {
    if (refused.length > 0) return 'all'
    refused.push(key)
    throw new Error('EACCES')
  }
  const sweep = await sweepOrphans(engines, { ...options, before: later(), setAside: keep })
  expect(sweep).toMatchObject({ removed: 1, setAside: 2, left: 1 })
  expect(await keysOf(engines.blobs)).toEqual(refused)
  const gone = orphans.filter((key) => !refused.includes(key))
  expect(aboutOrphans(engines)).toEqual({ gone, left: refused })
})

test('B184 an original that is moved to quarantine is logged, also if it cannot be removed or the sweep fails later', async () => {
  await using engines = await openTestEngines()
  const orphan = originalKey(samplePhotoId(), 'jpeg')
  await plant(engines, orphan)
  const stuck = { ...engines.blobs, delete: () => Promise.reject(new Error('EROFS')) }
  const sweep = await sweepOrphans({ ...engines, blobs: stuck }, { ...options, before: later() })
  expect(sweep).toMatchObject({ setAside: 0, left: 1 })
  expect(aboutOrphans(engines)).toEqual({ gone: [orphan], left: [orphan] })

  const next = originalKey(samplePhotoId(), 'jpeg')
  await engines.blobs.delete(orphan)
  await plant(engines, next)
  const stop = new AbortController()
  async function keep(): Promise<Kept> {
    stop.abort(new TintypeError('ABORTED', 'stop'))
    return 'all'
  }
  const stopped = { ...options, before: later(), setAside: keep, signal: stop.signal }
  await plant(engines, renditionKey(samplePhotoId(), 'thumb', 'webp'))
  await expect(sweepOrphans(engines, stopped)).rejects.toMatchObject({ code: 'ABORTED' })
  expect(aboutOrphans(engines).gone).toEqual([orphan, next].toSorted())
})

test('one rendition that cannot be removed is logged, and the others are removed', async () => {
  await using engines = await openTestEngines()
  const { blobs } = engines
  const orphans = Array.from({ length: 3 }, () => renditionKey(samplePhotoId(), 'thumb', 'webp')).toSorted()
  await plant(engines, ...orphans)
  const [stuck] = orphans as [BlobKey]
  const refuseOne = async (key: BlobKey) => {
    if (key === stuck) throw new Error('EPERM')
    await blobs.delete(key)
  }
  const sweep = sweepOrphans(
    { ...engines, blobs: { ...blobs, delete: refuseOne } },
    { ...options, before: later() },
  )
  expect(await sweep).toMatchObject({ removed: 2, left: 1 })
  expect(await keysOf(blobs)).toEqual([stuck])
  expect(aboutOrphans(engines)).toEqual({ gone: [], left: [stuck] })
})

test('renditions that cannot be removed are counted, and logged up to the limit of originals', async () => {
  await using engines = await openTestEngines()
  const orphans = Array.from({ length: 5 }, () => renditionKey(samplePhotoId(), 'thumb', 'webp'))
  await plant(engines, ...orphans)
  const stuck = { ...engines.blobs, delete: () => Promise.reject(new Error('EROFS')) }
  const sweep = sweepOrphans(
    { ...engines, blobs: stuck },
    { ...options, before: later(), maxOrphanedOriginals: 2 },
  )
  expect(await sweep).toMatchObject({ removed: 0, left: 5 })
  expect(aboutOrphans(engines).left).toHaveLength(2)
})

test('an original that no longer exists when it is moved is not logged', async () => {
  await using engines = await openTestEngines()
  await plant(engines, originalKey(samplePhotoId(), 'jpeg'))
  const gone = { ...options, before: later(), setAside: async () => undefined }
  expect(await sweepOrphans(engines, gone)).toMatchObject({ setAside: 0, left: 0 })
  expect(engines.log.lines).toEqual([])
})
