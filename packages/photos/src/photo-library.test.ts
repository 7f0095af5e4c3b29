import { mkdtempDisposable, readFile, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openCaller, TintypeError } from '@tintype/contract'
import { createImaging, type Imaging } from '@tintype/imaging'
import { makeImage, unhurried } from '@tintype/imaging/testing'
import { type BlobStore, openStaging } from '@tintype/storage'
import { openDiskBlobStore } from '@tintype/storage/drivers/disk'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { originalKey } from './blob-keys.ts'
import { createPhotoLibrary } from './photo-library.ts'
import { keysOf, openTestEngines, testLimits } from './testing/open-test-engines.ts'
import { uploadBytes } from './testing/upload-bytes.ts'

let imaging: Imaging
let jpeg: Uint8Array

beforeAll(async () => {
  imaging = createImaging({ ...unhurried, limits: testLimits, concurrency: 2, queueLength: 10 })
  jpeg = await makeImage({ width: 400, height: 300, format: 'jpeg' })
})
afterAll(() => imaging[Symbol.asyncDispose]())

const full = new TintypeError('STORAGE_FULL', 'full')

interface SetUpOptions {
  readonly eagerRenditions?: 'thumb' | 'grid' | 'ladder'
  /** Changes the store. */
  readonly blobs?: (blobs: BlobStore) => BlobStore
}

/** A store that keeps originals alone. */
function failThumbnails(blobs: BlobStore): BlobStore {
  return {
    ...blobs,
    put: (key, ...rest) => (key.startsWith('originals/') ? blobs.put(key, ...rest) : Promise.reject(full)),
  }
}

async function setUp(overrides: Partial<Imaging> = {}, options: SetUpOptions = {}) {
  const { eagerRenditions, blobs = (same) => same } = options
  await using opening = new AsyncDisposableStack()
  const engines = opening.use(await openTestEngines())
  const changed = { blobs: blobs(engines.blobs), imaging: { ...imaging, ...overrides } }
  const deps = { ...engines, ...changed, limits: testLimits, now: Date.now }
  const library = opening.use(createPhotoLibrary({ ...deps, eagerRenditions }))
  const owned = opening.move()
  return { engines, library, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

describe('an upload that requests its thumbnail', () => {
  test('is answered once the thumbnail exists', async () => {
    await using one = await setUp()
    const { photo } = await uploadBytes(one.library, jpeg, {}, { withThumbnail: true })
    const [thumbnail] = await one.library.listThumbnails(photo.id, openCaller.scope)
    expect(thumbnail).toMatchObject(photo.thumbnail)
  })

  test('that cannot be stored keeps the photo, and the same upload once more gets it', async () => {
    await using one = await setUp({}, { blobs: failThumbnails })
    const first = uploadBytes(one.library, jpeg, {}, { idempotencyKey: 'key', withThumbnail: true })
    await expect(first).rejects.toBe(full)
    const second = await uploadBytes(one.library, jpeg, {}, { idempotencyKey: 'key' })
    expect(second.isReplay).toBe(true)
    expect((await one.library.getPhoto(second.photo.id, openCaller.scope)).id).toBe(second.photo.id)
    expect(await one.engines.catalog.count()).toBe(1)
  })

  test('is accepted without one otherwise', async () => {
    await using one = await setUp({}, { blobs: failThumbnails })
    const { photo } = await uploadBytes(one.library, jpeg)
    expect(await one.library.listThumbnails(photo.id, openCaller.scope)).toEqual([])
  })
})

test('if the ladder is made in advance, an upload has every width of it, and its replay makes nothing again', async () => {
  const held = Promise.withResolvers<void>()
  const renderFormats: Imaging['renderFormats'] = async (...args) => {
    await held.promise // as if decoders had other work
    return imaging.renderFormats(...args)
  }
  await using one = await setUp({ renderFormats }, { eagerRenditions: 'ladder' })
  const { photo } = await uploadBytes(one.library, jpeg, {}, { idempotencyKey: 'key', withThumbnail: true })
  const aheadAtAnswer = one.library.laddersAhead()
  held.resolve()
  expect(aheadAtAnswer).toBe(1)
  await vi.waitFor(() => expect(one.library.laddersAhead()).toBe(0), { timeout: 100_000, interval: 5 })
  const made = (await one.library.listThumbnails(photo.id, openCaller.scope)).map(
    ({ format, width }) => `${width} ${format}`,
  )
  expect(made.sort()).toEqual(['160 avif', '160 webp', '300 webp', '320 avif', '320 webp'])
  const replay = await uploadBytes(one.library, jpeg, {}, { idempotencyKey: 'key' })
  expect(replay.isReplay).toBe(true)
  expect(one.library.laddersAhead()).toBe(0)
})

test.each([
  { width: 1200, height: 900, made: ['w480 480', 'thumb 300'] },
  { width: 400, height: 900, made: ['w480 400', 'thumb 133'] },
  { width: 320, height: 240, made: ['thumb 300'] },
])('if the rendition of grids is made in advance, a photo of $width × $height px has $made', async (one) => {
  await using opened = await setUp({}, { eagerRenditions: 'grid' })
  const { library } = opened
  const bytes = await makeImage({ width: one.width, height: one.height, format: 'jpeg' })
  const { photo } = await uploadBytes(library, bytes, {}, { withThumbnail: true })
  await vi.waitFor(() => expect(library.laddersAhead()).toBe(0), { timeout: 100_000, interval: 5 })
  const listed = await library.listThumbnails(photo.id, openCaller.scope)
  const made = listed.map(({ url, width }) => `${/(\w+)\.webp$/.exec(url)?.[1]} ${width}`)
  expect(made.sort()).toEqual(one.made.toSorted())
  expect(library.getLimits().eager).toEqual({ thumb: ['webp'], w480: ['webp'] })
  expect(opened.engines.log.lines).toEqual([])
})

test.each([
  { where: 'in memory', width: 60, height: 40 },
  { where: 'in a file', width: 600, height: 400 },
])('B111 the bytes that were checked $where are the bytes that are stored', async ({ width, height }) => {
  const image = await makeImage({ width, height, format: 'png' })
  await using engines = await openTestEngines()
  await using home = await mkdtempDisposable(join(tmpdir(), 'tintype-store-'))
  const [directory, stagingDirectory] = [join(home.path, 'media'), join(home.path, 'staging')]
  await using staging = await openStaging({
    directory: stagingDirectory,
    memoryByteSize: 64 * 1024,
    memoryBudgetByteSize: 1024 * 1024,
  })
  await using blobs = await openDiskBlobStore({ directory, stagingDirectory })
  const checked: { bytes: Buffer; inode?: number }[] = []
  const inspect: Imaging['inspect'] = async (source, ...rest) => {
    if (source instanceof Uint8Array) checked.push({ bytes: Buffer.from(source) })
    else if ('path' in source)
      checked.push({ bytes: await readFile(source.path), inode: (await stat(source.path)).ino })
    return imaging.inspect(source, ...rest)
  }
  const deps = { ...engines, staging, blobs, imaging: { ...imaging, inspect } }
  await using library = createPhotoLibrary({ ...deps, limits: testLimits, now: Date.now })
  const { photo } = await uploadBytes(library, image)

  const stored = await blobs.localPath?.(originalKey(photo.id, 'png'))
  const [seen] = checked
  expect(checked).toHaveLength(1)
  expect(seen?.bytes.equals(image)).toBe(true)
  expect((await readFile(stored ?? '')).equals(image)).toBe(true)
  if (width > 100) expect((await stat(stored ?? '')).ino).toBe(seen?.inode)
})

describe('an upload that fails leaves no bytes and no row', () => {
  const gone = new TintypeError('ABORTED', '')
  test.each([
    { why: 'its title is too long', title: 'x'.repeat(301), options: {}, code: 'INVALID_REQUEST' },
    {
      why: 'its digest is another',
      options: { expectedSha256: ['0'.repeat(64)] },
      code: 'DIGEST_MISMATCH',
    },
    { why: 'its client has left', options: { signal: AbortSignal.abort(gone) }, code: 'ABORTED' },
    { why: 'it is cut off', bytes: 2000, options: {}, code: 'UNREADABLE_IMAGE' },
  ])('because $why', async ({ bytes, title, options, code }) => {
    await using one = await setUp()
    const uploading = uploadBytes(one.library, jpeg.subarray(0, bytes), { title }, options)
    await expect(uploading).rejects.toMatchObject({ code })
    expect(await one.engines.catalog.count()).toBe(0)
    expect(await keysOf(one.engines.blobs)).toEqual([])
  })
})
