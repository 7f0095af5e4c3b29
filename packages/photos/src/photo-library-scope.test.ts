import { openCaller, type PhotoId, type PhotoScope, TintypeError } from '@tintype/contract'
import { createImaging, type Imaging } from '@tintype/imaging'
import { makeImage, unhurried } from '@tintype/imaging/testing'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { originalKey } from './blob-keys.ts'
import { createPhotoLibrary } from './photo-library.ts'
import { openTestEngines, testLimits } from './testing/open-test-engines.ts'
import { uploadBytes } from './testing/upload-bytes.ts'
import { openTerms, type PhotoTerms } from './upload/photo-terms.ts'

let imaging: Imaging
let jpeg: Uint8Array

beforeAll(async () => {
  imaging = createImaging({ ...unhurried, limits: testLimits, concurrency: 2, queueLength: 10 })
  jpeg = await makeImage({ width: 400, height: 300, format: 'jpeg' })
})
afterAll(() => imaging[Symbol.asyncDispose]())

const alice: PhotoScope = { owner: 'alice', includesPrivate: true }
const bob: PhotoScope = { owner: 'bob', includesPrivate: true }
const nobody: PhotoScope = { includesPrivate: false }
const everything = openCaller.scope
const notFound = { code: 'PHOTO_NOT_FOUND' }
const unknown = '01890000-0000-7000-8000-000000000000' as PhotoId

async function setUp() {
  await using opening = new AsyncDisposableStack()
  const engines = opening.use(await openTestEngines())
  let decodes = 0
  const counted: Imaging = {
    ...imaging,
    render(...args) {
      decodes += 1
      return imaging.render(...args)
    },
  }
  const signMedia = ({ path, covers }: { path: string; covers: string }) => `signed=${covers}${path}`
  const deps = { ...engines, imaging: counted, limits: testLimits, now: Date.now, signMedia }
  const library = opening.use(createPhotoLibrary({ ...deps, allowsPrivate: true }))
  const upload = async (terms: Partial<PhotoTerms>) =>
    (await uploadBytes(library, jpeg, {}, { terms: { ...openTerms, ...terms } })).photo
  const owned = opening.move()
  return {
    engines,
    library,
    upload,
    countDecodes: () => decodes,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

describe('an owner', () => {
  test('B226 sees, changes and deletes no photo of another, and cannot tell it from one that does not exist', async () => {
    await using one = await setUp()
    const { library } = one
    const { id, sha256 } = await one.upload({ owner: 'alice', visibility: 'public' })
    expect(await library.findByDigest([sha256], bob)).toEqual([])
    expect(await library.findByDigest([sha256], alice)).toMatchObject([{ id }])
    for (const wanted of [id, unknown]) {
      const actor = { scope: bob }
      await expect(library.getPhoto(wanted, bob)).rejects.toMatchObject(notFound)
      await expect(library.updatePhoto(wanted, { title: 'mine' }, actor)).rejects.toMatchObject(notFound)
      await expect(library.movePhoto(wanted, 'bob', actor)).rejects.toMatchObject(notFound)
      await expect(library.deletePhoto(wanted, actor)).rejects.toMatchObject(notFound)
      const choice = { ids: [wanted], add: ['mine'], remove: [] }
      const hidden = { ...notFound, facts: { ids: [wanted] } }
      await expect(library.tagPhotos(choice, actor)).rejects.toMatchObject(hidden)
      expect(await library.deletePhotos([wanted], actor)).toMatchObject([{ id: wanted, error: notFound }])
      await expect(library.createThumbnail({ photoId: wanted }, actor)).rejects.toMatchObject(notFound)
      await expect(library.listThumbnails(wanted, bob)).rejects.toMatchObject(notFound)
    }
    expect(await library.getPhoto(id, alice)).toMatchObject({ id, owner: 'alice', title: null })
  })

  test('B226 lists its own photos, and none if it asks for those of another', async () => {
    await using one = await setUp()
    const mine = await one.upload({ owner: 'alice', visibility: 'private' })
    const theirs = await one.upload({ owner: 'bob', visibility: 'public' })
    const list = async (query: object, scope: PhotoScope) =>
      (await one.library.listPhotos({ limit: 9, ...query }, scope)).photos.map(({ id }) => id)
    expect(await list({}, alice)).toEqual([mine.id])
    expect(await list({ owner: 'bob' }, alice)).toEqual([])
    expect(await list({}, everything)).toEqual([theirs.id, mine.id])
    expect(await list({ owner: 'alice' }, everything)).toEqual([mine.id])
    expect(await list({ visibility: 'private' }, everything)).toEqual([mine.id])
    expect(await list({}, nobody)).toEqual([theirs.id])
    expect(await list({ visibility: 'private' }, nobody)).toEqual([])
    expect(await list({ around: mine.id }, alice)).toEqual([mine.id])
    await expect(list({ around: theirs.id }, alice)).rejects.toMatchObject(notFound)
    await expect(list({ around: mine.id }, nobody)).rejects.toMatchObject(notFound)
  })
})

describe('media of a private photo', () => {
  test('B227 are found by its owner only, cached or not, and nothing is made for others', async () => {
    await using one = await setUp()
    const { library } = one
    const { id } = await one.upload({ owner: 'alice', visibility: 'private' })
    const original = { kind: 'original', id, format: 'jpeg' } as const
    const wide = { kind: 'rendition', id, name: 'w320', format: 'webp' } as const
    const before = one.countDecodes()
    for (const scope of [bob, nobody]) {
      await expect(library.obtainMedia(original, scope)).rejects.toMatchObject(notFound)
      await expect(library.obtainMedia(wide, scope)).rejects.toMatchObject(notFound)
    }
    expect(one.countDecodes()).toBe(before)
    const facts = { owner: 'alice', visibility: 'private' }
    expect(await library.obtainMedia(original, alice)).toMatchObject(facts)
    expect(await library.obtainMedia(wide, everything)).toMatchObject(facts)
    expect(library.peekMedia(original)).toBeUndefined()
    for (const scope of [bob, nobody])
      await expect(library.obtainMedia(original, scope)).rejects.toMatchObject(notFound)
  })

  test('B227 that were public are found no more once the photo is private', async () => {
    await using one = await setUp()
    const { library } = one
    const { id } = await one.upload({ owner: 'alice' })
    const original = { kind: 'original', id, format: 'jpeg' } as const
    await library.obtainMedia(original, nobody)
    expect(library.peekMedia(original)).toBeDefined()
    await library.updatePhoto(id, { visibility: 'private' }, { scope: alice })
    expect(library.peekMedia(original)).toBeUndefined()
    await expect(library.obtainMedia(original, nobody)).rejects.toMatchObject(notFound)
  })

  test('B227 that another server has hidden, moved or deleted are not sent from memory', async () => {
    await using one = await setUp()
    const { library, engines } = one
    const [photo, other] = [await one.upload({}), await one.upload({})]
    const original = { kind: 'original', id: photo.id, format: 'jpeg' } as const
    const otherOriginal = { ...original, id: other.id }
    const isCached = async () => {
      await library.obtainMedia(otherOriginal, nobody)
      return [library.peekMedia(original), library.peekMedia(otherOriginal)].map(
        (media) => media !== undefined,
      )
    }
    await library.obtainMedia(original, nobody)
    expect(await isCached()).toEqual([true, true])
    engines.catalog.announce('photos', photo.id)
    expect([library.peekMedia(original), library.peekMedia(otherOriginal)?.media.key]).toEqual([
      undefined,
      originalKey(other.id, 'jpeg'),
    ])
    await library.obtainMedia(original, nobody)
    expect(await isCached()).toEqual([true, true])
    await engines.catalog.delete(photo.id)
    expect(await isCached()).toEqual([false, true])
  })

  test('B248 have signed URLs in every answer, one of them for the original; those of a public photo are not signed', async () => {
    await using one = await setUp()
    const { library } = one
    const hidden = await one.upload({ visibility: 'private' })
    const base = `/media/${hidden.id}`
    expect(hidden.url).toBe(`${base}.jpg?signed=photo${base}.jpg`)
    expect(hidden.thumbnail.url).toBe(`${base}/thumb.webp?signed=renditions${base}/thumb.webp`)
    const { url } = await library.createThumbnail({ photoId: hidden.id, width: 33 }, { scope: everything })
    expect(url).toMatch(/^([^?]+)\?signed=path\1$/)
    const shown = await one.upload({})
    expect(shown.url).toBe(`/media/${shown.id}.jpg`)
  })
})

describe('terms of an upload', () => {
  test('are kept with the photo, and its limits hold', async () => {
    await using one = await setUp()
    const terms = { owner: 'alice', metadata: { order: 7 }, uploadedBy: 'key:1' }
    const photo = await one.upload(terms)
    expect(photo).toMatchObject({ owner: 'alice', metadata: { order: 7 }, visibility: 'public' })
    expect((await one.engines.catalog.get(photo.id))?.uploadedBy).toBe('key:1')
    const pixels = one.upload({ maxPixels: 400 * 300 - 1 })
    await expect(pixels).rejects.toMatchObject({ code: 'TOO_MANY_PIXELS' })
    const gif = await makeImage({ width: 10, height: 10, format: 'gif', frames: 20 })
    const frames = uploadBytes(one.library, gif, {}, { terms: { ...openTerms, maxPixels: 99 } })
    await expect(frames).rejects.toMatchObject({
      code: 'TOO_MANY_PIXELS',
      facts: { limit: 99, pixels: 100 },
    })
    const quotas = [{ subject: 'owner:alice', maxPhotos: 1 }]
    const facts = { limit: 1, used: 1, unit: 'photos' }
    await expect(one.upload({ owner: 'alice', quotas })).rejects.toMatchObject({
      code: 'QUOTA_EXCEEDED',
      facts,
    })
    const grant = { id: 'token', uses: 1, expiresAt: '2030-01-01T00:00:00.000Z' }
    await one.upload({ grant })
    await expect(one.upload({ grant })).rejects.toMatchObject({ code: 'TOKEN_USED_UP' })
    expect(await one.engines.catalog.count()).toBe(2)
  })

  test('tighten what is accepted, and never widen it', async () => {
    await using one = await setUp()
    await using small = one.library.beginUpload({ maxUploadByteSize: 10 })
    await expect(small.write(Uint8Array.from(jpeg))).rejects.toMatchObject({ code: 'PAYLOAD_TOO_LARGE' })
    await using png = one.library.beginUpload({ allowedFormats: ['png'] })
    await expect(png.write(Uint8Array.from(jpeg))).rejects.toMatchObject({ code: 'NOT_AN_IMAGE' })
    await using large = one.library.beginUpload({ maxUploadByteSize: Number.MAX_SAFE_INTEGER })
    const bytes = Buffer.concat([jpeg, Buffer.alloc(testLimits.maxUploadByteSize)])
    await expect(large.write(bytes)).rejects.toMatchObject({ code: 'PAYLOAD_TOO_LARGE' })
  })
})

test('changes are recorded with their actor, and those without one are not', async () => {
  await using one = await setUp()
  const { library, engines } = one
  const { id } = await one.upload({ owner: 'alice' })
  const named = { scope: everything, audit: { actor: 'key:1', requestId: 'r1' } }
  await library.updatePhoto(id, { title: 'new', alt: undefined }, { scope: everything })
  await library.updatePhoto(id, { title: 'newer', alt: undefined }, named)
  await library.movePhoto(id, 'bob', named)
  await library.deletePhoto(id, named)
  const { entries } = await engines.catalog.listAudit({ limit: 9 })
  const by = { actor: 'key:1', requestId: 'r1', target: id, outcome: 'done' }
  expect(entries).toMatchObject([
    { ...by, action: 'photo.delete', owner: 'bob' },
    { ...by, action: 'photo.move', owner: 'bob', details: { from: 'alice' } },
    { ...by, action: 'photo.update', owner: 'alice', details: { fields: ['title'] } },
  ])
})

test('a server that anyone may read refuses private photos', async () => {
  await using engines = await openTestEngines()
  await using library = createPhotoLibrary({ ...engines, imaging, limits: testLimits, now: Date.now })
  const { photo } = await uploadBytes(library, jpeg)
  const hidden = library.updatePhoto(photo.id, { visibility: 'private' }, openCaller)
  await expect(hidden).rejects.toMatchObject({ code: 'INVALID_REQUEST' })
})

test('a rendition that every caller has left is not made, and a later caller gets it', async () => {
  await using engines = await openTestEngines()
  const waiting: AbortSignal[] = []
  let isHeld = true
  // As the queue in front of the decoders: what waits is removed when its signal is aborted.
  const queued: Imaging = {
    ...imaging,
    render(source, target, options = {}) {
      if (!isHeld) return imaging.render(source, target, options)
      const { promise, reject } = Promise.withResolvers<never>()
      const { signal } = options
      if (signal === undefined) throw new Error('a rendition waits without a signal')
      signal.addEventListener('abort', () => reject(signal.reason))
      waiting.push(signal)
      return promise
    },
  }
  const deps = { ...engines, imaging: queued, limits: testLimits, now: Date.now }
  await using library = createPhotoLibrary(deps)
  const { photo } = await uploadBytes(library, jpeg)
  const left = new TintypeError('ABORTED', 'The client left')
  const callers = [new AbortController(), new AbortController()]
  const calls = callers.map(({ signal }) =>
    library.createThumbnail({ photoId: photo.id, width: 33 }, { scope: everything, signal }),
  )
  await vi.waitFor(() => expect(waiting).toHaveLength(1))
  for (const [at, caller] of callers.entries()) {
    expect(waiting[0]?.aborted).toBe(false)
    caller.abort(left)
    await expect(calls[at]).rejects.toBe(left)
  }
  expect(waiting[0]?.aborted).toBe(true)
  isHeld = false
  const made = await library.createThumbnail({ photoId: photo.id, width: 33 }, { scope: everything })
  expect(made.width).toBe(33)
})

test('B227 media are not sent from memory after a change to private whose outcome is unknown', async () => {
  await using engines = await openTestEngines()
  const { catalog } = engines
  const unsure: typeof catalog.update = async (...change) => {
    await catalog.update(...change)
    throw new TintypeError('CATALOG_UNAVAILABLE', 'the connection was lost')
  }
  const deps = {
    ...engines,
    catalog: { ...catalog, update: unsure },
    imaging,
    limits: testLimits,
    now: Date.now,
  }
  await using library = createPhotoLibrary({ ...deps, allowsPrivate: true })
  const { photo } = await uploadBytes(library, jpeg)
  const original = { kind: 'original', id: photo.id, format: 'jpeg' } as const
  await library.obtainMedia(original, nobody)
  expect(library.peekMedia(original)).toBeDefined()
  const change = library.updatePhoto(photo.id, { visibility: 'private' }, { scope: everything })
  await expect(change).rejects.toMatchObject({ code: 'CATALOG_UNAVAILABLE' })
  expect(library.peekMedia(original)).toBeUndefined()
})
