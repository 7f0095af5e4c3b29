import { buffer } from 'node:stream/consumers'
import { withUnknownOutcome } from '@tintype/catalog'
import {
  isTintypeError,
  openCaller,
  type Photo,
  type PhotoId,
  parseMediaPath,
  TintypeError,
} from '@tintype/contract'
import { createImaging, type Imaging } from '@tintype/imaging'
import { makeImage, unhurried } from '@tintype/imaging/testing'
import { parseBlobKey } from '@tintype/storage'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { originalKey, renditionKey } from './blob-keys.ts'
import { sweepOrphans } from './maintenance/sweep-orphans.ts'
import { createPhotoLibrary, type PhotoLibrary } from './photo-library.ts'
import { type Fault, failAt } from './testing/fail-at.ts'
import { keysOf, openTestEngines, testLimits } from './testing/open-test-engines.ts'
import { uploadBytes } from './testing/upload-bytes.ts'

let imaging: Imaging
let images: { small: Uint8Array; large: Uint8Array }

beforeAll(async () => {
  imaging = createImaging({ ...unhurried, limits: testLimits, concurrency: 2, queueLength: 10 })
  images = {
    small: await makeImage({ width: 40, height: 30, format: 'jpeg' }),
    // goes through a file of the staging area
    large: await makeImage({ width: 300, height: 200, format: 'png' }),
  }
  expect(images.large.byteLength).toBeGreaterThan(64 * 1024)
})
afterAll(() => imaging[Symbol.asyncDispose]())

type Engines = Awaited<ReturnType<typeof openTestEngines>>
const orphan = parseBlobKey('originals/0190000/01900000-0000-7000-8000-000000000000.jpg')
const failure = new TintypeError('STORAGE_UNAVAILABLE', 'The driver fails on purpose')

/** Calls every use-case once. Resolves with the photos that were promised. */
async function useEverything(engines: Engines, answers: Answers): Promise<void> {
  const deps = { ...engines, imaging, limits: testLimits, now: Date.now }
  {
    await using library = createPhotoLibrary(deps)
    const first = await answers.keep(() => upload(library, images.small, 'key'))
    await answers.keep(() => upload(library, images.large))
    if (first) {
      await answers.take(() => upload(library, images.small, 'key'))
      await answers.take(() => read(library, first.url))
      await answers.take(() => read(library, first.thumbnail.url))
      await answers.take(() => library.createThumbnail({ photoId: first.id, width: 17 }, openCaller))
      await answers.take(() => library.listThumbnails(first.id, openCaller.scope))
      await answers.take(() => library.updatePhoto(first.id, { title: 'changed' }, openCaller))
    }
    await answers.take(() => library.listPhotos({ limit: 10 }, openCaller.scope))
    if (first) await answers.take(() => library.deletePhoto(answers.release(first.id), openCaller))
  }
  await answers.take(() => sweep(engines))
}

async function upload(library: PhotoLibrary, bytes: Uint8Array, idempotencyKey?: string): Promise<Photo> {
  const { photo } = await uploadBytes(library, bytes, {}, { idempotencyKey })
  return photo
}

async function read(library: PhotoLibrary, url: string): Promise<Buffer> {
  const reference = parseMediaPath(url.replace('/media', ''))
  if (!reference) throw new Error(`${url} is no media URL`)
  using opened = await library.openMedia(await library.obtainMedia(reference, openCaller.scope))
  if (!opened) throw new Error(`the bytes of ${url} are gone`)
  return Buffer.isBuffer(opened.body) ? opened.body : await buffer(opened.body)
}

/** A time at which every photo is old. */
function sweep(engines: Engines) {
  return sweepOrphans(engines, {
    before: new Date(Date.now() + 60_000),
    maxOrphanedOriginals: 128,
    setAside: async () => 'all',
    signal: new AbortController().signal,
  })
}

/** The outcomes that callers got. */
interface Answers {
  /** Photos that were acknowledged, and not deleted since. */
  readonly kept: Map<PhotoId, Photo>
  readonly errors: unknown[]
  take<Result>(work: () => Promise<Result>): Promise<Result | undefined>
  keep(work: () => Promise<Photo>): Promise<Photo | undefined>
  /** From now on the photo may or may not exist. */
  release(id: PhotoId): PhotoId
  readonly released: Set<PhotoId>
}

function openAnswers(): Answers {
  const answers: Answers = {
    kept: new Map(),
    errors: [],
    released: new Set(),
    take: (work) => work().catch((error: unknown) => void answers.errors.push(error)),
    async keep(work) {
      const photo = await answers.take(work)
      if (photo) answers.kept.set(photo.id, photo)
      return photo
    },
    release(id) {
      answers.kept.delete(id)
      answers.released.add(id)
      return id
    },
  }
  return answers
}

/** Keys of the rows; exactly these must be in the store (I4). */
async function keysOfRows({ catalog }: Engines): Promise<string[]> {
  const { photos } = await catalog.list({ limit: 100 })
  const renditions = await Promise.all(photos.map(({ id }) => catalog.listRenditions(id)))
  const made = renditions.flat().map(({ photoId, name, format }) => renditionKey(photoId, name, format))
  return [...photos.map(({ id, format }) => originalKey(id, format)), ...made].sort()
}

/** The error of a driver for a write that was done and failed afterwards. */
const errorOf = (moment: Fault['moment']) => (moment === 'after' ? withUnknownOutcome(failure) : failure)

/** One run with a fault. Returns whether the fault happened. */
async function runWith(engineName: 'blobs' | 'catalog', fault: Fault): Promise<boolean> {
  await using engines = await openTestEngines()
  await engines.blobs.put(orphan, Buffer.from('left by a crash'), {
    contentType: 'image/jpeg',
    ifExists: 'fail',
  })
  const { engine, hasFailed } = failAt(engines[engineName], fault)
  const answers = openAnswers()
  await useEverything({ ...engines, [engineName]: engine }, answers)

  for (const error of answers.errors) expect(isTintypeError(error), String(error)).toBe(true)
  const codes = answers.errors.map((error) => isTintypeError(error) && error.code)
  expect(codes.every((code) => code === failure.code || code === 'PHOTO_NOT_FOUND')).toBe(true)

  const again = openAnswers()
  await useEverything(engines, again)
  expect(again.errors).toEqual([])

  const { photos } = await engines.catalog.list({ limit: 100 })
  const rows = photos.map(({ id }) => id).filter((id) => !answers.released.has(id))
  expect(rows.toSorted()).toEqual([...answers.kept.keys(), ...again.kept.keys()].sort())
  expect(await keysOf(engines.blobs)).toEqual(await keysOfRows(engines))
  return hasFailed()
}

const methods = [
  ...['put', 'open', 'delete', 'list'].map((method) => ({ engineName: 'blobs' as const, method })),
  ...['insert', 'get', 'getByIdempotencyKey', 'whichExist', 'list', 'update', 'delete'].map((method) => ({
    engineName: 'catalog' as const,
    method,
  })),
  ...['putRendition', 'getRendition', 'listRenditions'].map((method) => ({
    engineName: 'catalog' as const,
    method,
  })),
]

describe.each(methods)('$engineName: $method fails', ({ engineName, method }) => {
  // A store that fails has stored nothing; only of a commit is the outcome unknown (B195).
  test.each(engineName === 'blobs' ? (['before'] as const) : (['before', 'after'] as const))(
    '%s it is done, at the first, second, n-th call: a typed answer, nothing left behind, and the next call works',
    async (moment) => {
      let call = 1
      while (await runWith(engineName, { method, call, moment, error: errorOf(moment) })) call += 1
      expect(call, 'the method was called').toBeGreaterThan(1)
    },
  )
})
