import { createHash } from 'node:crypto'
import { buffer } from 'node:stream/consumers'
import { samplePhoto, samplePhotoId } from '@tintype/catalog/testing'
import { type PhotoId, TintypeError } from '@tintype/contract'
import type { StagedUpload } from '@tintype/storage'
import { expect, test } from 'vitest'
import { originalKey, renditionKey } from '../blob-keys.ts'
import { keysOf, openTestEngines } from '../testing/open-test-engines.ts'
import { type CheckedUpload, type CommitDependencies, commitPhoto } from './commit-photo.ts'
import { openTerms } from './photo-terms.ts'
import { replayUpload } from './replay-upload.ts'

const signal = new AbortController().signal
const unknown = { outcome: 'unknown' } as const
const jpegType = { contentType: 'image/jpeg', ifExists: 'fail' } as const

async function checked(staged: StagedUpload, bytes: Uint8Array): Promise<CheckedUpload> {
  await staged.write(Uint8Array.from(bytes))
  return {
    file: {
      source: (await staged.finish()).source,
      format: 'jpeg',
      byteSize: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
    },
    facts: { width: 40, height: 30, takenAt: null, placeholder: 'AAAA' },
    text: { title: 'A title' },
    filename: 'a.jpg',
    terms: openTerms,
  }
}

const image = {
  bytes: new Uint8Array(Buffer.from('a thumbnail')),
  width: 40,
  height: 30,
  format: 'webp',
} as const
const thumbnailKey = (id: PhotoId) => renditionKey(id, 'thumb', 'webp')

/** Returns these ids, one after the other. */
function idsOf(...ids: PhotoId[]): () => PhotoId {
  const left = [...ids]
  return () => left.shift() ?? samplePhotoId()
}

async function setUp(overrides: Partial<CommitDependencies> = {}, ...ids: PhotoId[]) {
  const engines = await openTestEngines()
  const deps = { ...engines, newPhotoId: idsOf(...ids), ...overrides }
  return {
    engines,
    async commit(text = 'the bytes of a photo', idempotencyKey?: string) {
      await using staged = engines.staging.begin()
      return await commitPhoto(await checked(staged, Buffer.from(text)), { idempotencyKey, signal }, deps)
    },
    async commitWithThumbnail(idempotencyKey?: string) {
      await using staged = engines.staging.begin()
      const upload = { ...(await checked(staged, Buffer.from('the bytes of a photo'))), thumbnail: image }
      return await commitPhoto(upload, { idempotencyKey, signal }, deps)
    },
    [Symbol.asyncDispose]: () => engines[Symbol.asyncDispose](),
  }
}

async function bytesAt(
  engines: Awaited<ReturnType<typeof openTestEngines>>,
  id: PhotoId,
): Promise<string | undefined> {
  const blob = await engines.blobs.open(originalKey(id, 'jpeg'))
  return blob && (await buffer(blob.body)).toString()
}

test('a photo is its bytes and its row', async () => {
  const id = samplePhotoId()
  await using one = await setUp({}, id)
  const { photo, isReplay } = await one.commit()
  expect([photo.id, isReplay]).toEqual([id, false])
  expect(await one.engines.catalog.get(id)).toEqual(photo)
  expect(await bytesAt(one.engines, id)).toBe('the bytes of a photo')
})

test('a photo and its thumbnail are recorded at once', async () => {
  await using one = await setUp()
  const { photo, thumbnail } = await one.commitWithThumbnail()
  expect(thumbnail).toMatchObject({ photoId: photo.id, name: 'thumb', byteSize: image.bytes.length })
  expect(await one.engines.catalog.listRenditions(photo.id)).toEqual([thumbnail])
  const keys = [originalKey(photo.id, 'jpeg'), thumbnailKey(photo.id)]
  expect(await keysOf(one.engines.blobs)).toEqual(keys.sort())
})

test('a thumbnail that cannot be stored does not fail the upload, and is logged', async () => {
  await using engines = await openTestEngines()
  const full = new TintypeError('STORAGE_FULL', 'full')
  const put: typeof engines.blobs.put = (key, ...given) =>
    key.startsWith('renditions/') ? Promise.reject(full) : engines.blobs.put(key, ...given)
  await using one = await setUp({ catalog: engines.catalog, blobs: { ...engines.blobs, put } })
  const { photo, thumbnail } = await one.commitWithThumbnail()
  expect(thumbnail).toBeUndefined()
  expect(await engines.catalog.listRenditions(photo.id)).toEqual([])
  expect(await keysOf(engines.blobs)).toEqual([originalKey(photo.id, 'jpeg')])
  expect(one.engines.log.lines).toMatchObject([{ level: 'warn', facts: { event: 'thumbnail', err: full } }])
})

test('B060, B199 a thumbnail is removed with the bytes of its photo, and one of another photo is left alone', async () => {
  const [taken, free, unused] = [samplePhotoId(), samplePhotoId(), samplePhotoId()]
  await using one = await setUp({}, taken, free, unused)
  const { blobs, catalog } = one.engines
  for (const key of [originalKey(taken, 'jpeg'), thumbnailKey(taken)])
    await blobs.put(key, Buffer.from('older'), jpegType)
  const first = await one.commitWithThumbnail('key')
  expect(first.photo.id).toBe(free)
  const second = await one.commitWithThumbnail('key')
  expect(second).toEqual({ photo: first.photo, isReplay: true })
  const keys = [taken, free].flatMap((id) => [originalKey(id, 'jpeg'), thumbnailKey(id)])
  expect(await keysOf(blobs)).toEqual(keys.sort())
  expect(await catalog.listRenditions(free)).toEqual([first.thumbnail])
})

test('B060 a key that is in use is never overwritten: the next id is tried, and it is logged', async () => {
  const [taken, free] = [samplePhotoId(), samplePhotoId()]
  await using one = await setUp({}, taken, free)
  await one.engines.blobs.put(originalKey(taken, 'jpeg'), Buffer.from('older'), jpegType)
  const { photo } = await one.commit()
  expect(photo.id).toBe(free)
  expect(await bytesAt(one.engines, taken)).toBe('older')
  expect(await one.engines.catalog.get(taken)).toBeUndefined()
  expect(one.engines.log.lines).toMatchObject([
    { level: 'warn', facts: { event: 'collision', photoId: taken } },
  ])
})

test('B199 an id that is in use keeps its row: the next one is tried, and no bytes stay under the first', async () => {
  const [taken, free] = [samplePhotoId(), samplePhotoId()]
  await using one = await setUp({}, taken, free)
  const older = samplePhoto({ id: taken, format: 'png' })
  await one.engines.catalog.insert(older)
  const { photo } = await one.commit()
  expect(photo.id).toBe(free)
  expect(await one.engines.catalog.get(taken)).toEqual(older)
  expect(await keysOf(one.engines.blobs)).toEqual([originalKey(free, 'jpeg')])
  expect(one.engines.log.lines).toHaveLength(1)
})

test('B060 an upload fails if every new id is in use', async () => {
  const taken = samplePhotoId()
  await using one = await setUp({ newPhotoId: () => taken })
  await one.engines.blobs.put(originalKey(taken, 'jpeg'), Buffer.from('older'), jpegType)
  await expect(one.commit()).rejects.toMatchObject({ code: 'INTERNAL' })
  expect(await bytesAt(one.engines, taken)).toBe('older')
  expect(await one.engines.catalog.count()).toBe(0)
})

test('a store that fails leaves no row', async () => {
  await using engines = await openTestEngines()
  const full = new TintypeError('STORAGE_FULL', 'full')
  const blobs = { ...engines.blobs, put: () => Promise.reject(full) }
  await using one = await setUp({ blobs, catalog: engines.catalog })
  await expect(one.commit()).rejects.toBe(full)
  expect(await engines.catalog.count()).toBe(0)
})

test('a catalog that refuses leaves no bytes', async () => {
  await using engines = await openTestEngines()
  const lost = new TintypeError('CATALOG_UNAVAILABLE', 'lost')
  await using one = await setUp({ catalog: { ...engines.catalog, insert: () => Promise.reject(lost) } })
  await expect(one.commit()).rejects.toBe(lost)
  expect(await keysOf(one.engines.blobs)).toEqual([])
})

test('B195 a commit that returned an error although it succeeded is a success', async () => {
  await using engines = await openTestEngines()
  const catalog: CommitDependencies['catalog'] = {
    ...engines.catalog,
    async insert(photo, options) {
      await engines.catalog.insert(photo, options)
      throw new TintypeError('CATALOG_UNAVAILABLE', 'the connection was lost', { facts: unknown })
    },
  }
  await using one = await setUp({ catalog })
  const { photo } = await one.commit()
  expect(await engines.catalog.get(photo.id)).toEqual(photo)
  expect(await bytesAt(one.engines, photo.id)).toBe('the bytes of a photo')
})

test.each(['gives no row', 'gives no answer'])(
  'B195 a commit whose outcome is unknown keeps its bytes for the sweep, if the catalog then %s',
  async (what) => {
    await using engines = await openTestEngines()
    const lost = new TintypeError('CATALOG_UNAVAILABLE', 'lost', { facts: unknown })
    const unreachable = () => Promise.reject(lost)
    const get = what === 'gives no row' ? engines.catalog.get : unreachable
    await using one = await setUp({ catalog: { ...engines.catalog, insert: unreachable, get } })
    await expect(one.commit()).rejects.toBe(lost)
    expect(await keysOf(one.engines.blobs)).toHaveLength(1)
  },
)

test('B195 a row that appears after its insert has failed has its bytes, and the key finds it', async () => {
  const id = samplePhotoId()
  await using engines = await openTestEngines()
  const late: (() => Promise<unknown>)[] = []
  const catalog: CommitDependencies['catalog'] = {
    ...engines.catalog,
    async insert(...row) {
      late.push(() => engines.catalog.insert(...row))
      throw new TintypeError('CATALOG_UNAVAILABLE', 'the connection was lost', { facts: unknown })
    },
  }
  await using one = await setUp({ catalog }, id)
  await expect(one.commit(undefined, 'key')).rejects.toMatchObject({ code: 'CATALOG_UNAVAILABLE' })
  for (const land of late) await land()
  const photo = await engines.catalog.get(id)
  expect(await bytesAt(one.engines, id)).toBe('the bytes of a photo')
  const found = await replayUpload({ idempotencyKey: 'key' }, `${photo?.sha256}`, engines.catalog)
  expect(found).toEqual(photo)
  const others = await replayUpload({ idempotencyKey: 'key', owner: 'other' }, '', engines.catalog)
  expect(others).toBeUndefined()
})

test('B199 a key that was used before gets its photo, and the second copy of the bytes is removed', async () => {
  await using one = await setUp()
  const first = await one.commit(undefined, 'key')
  const second = await one.commit(undefined, 'key')
  expect(second).toEqual({ photo: first.photo, isReplay: true })
  expect(await keysOf(one.engines.blobs)).toEqual([originalKey(first.photo.id, 'jpeg')])
  expect(await one.engines.catalog.count()).toBe(1)
})

test('B199 a key that was used before with other bytes is a conflict, and the bytes are removed', async () => {
  await using one = await setUp()
  const { photo } = await one.commit(undefined, 'key')
  await expect(one.commit('others', 'key')).rejects.toMatchObject({
    code: 'IDEMPOTENCY_CONFLICT',
  })
  expect(await keysOf(one.engines.blobs)).toEqual([originalKey(photo.id, 'jpeg')])
})

test('bytes that cannot be removed are left to the sweep, and the caller gets the upload’s own failure', async () => {
  await using engines = await openTestEngines()
  const lost = new TintypeError('CATALOG_UNAVAILABLE', 'lost')
  const blobs = {
    ...engines.blobs,
    delete: () => Promise.reject(new TintypeError('STORAGE_UNAVAILABLE', 'read-only')),
  }
  await using one = await setUp({
    blobs,
    catalog: { ...engines.catalog, insert: () => Promise.reject(lost) },
  })
  await expect(one.commit()).rejects.toBe(lost)
  expect(one.engines.log.lines).toMatchObject([{ level: 'warn', facts: { event: 'orphan' } }])
})
