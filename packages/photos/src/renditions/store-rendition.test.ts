import { createHash } from 'node:crypto'
import { buffer } from 'node:stream/consumers'
import { samplePhoto } from '@tintype/catalog/testing'
import { makeImage } from '@tintype/imaging/testing'
import type { BlobStore } from '@tintype/storage'
import { beforeAll, expect, test } from 'vitest'
import { renditionKey } from '../blob-keys.ts'
import { openTestEngines } from '../testing/open-test-engines.ts'
import { storeRendition } from './store-rendition.ts'

const size = { width: 32, height: 24 }
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

let ours: Uint8Array
let theirs: Uint8Array
beforeAll(async () => {
  ours = await makeImage({ ...size, format: 'jpeg' })
  // As an encoder of another version might make it.
  theirs = Buffer.concat([ours, Buffer.from([0])])
})

/** A photo, and what is stored for its rendition before ours is made. */
async function setUp({
  stored,
  isRecorded = false,
  asBlobs = (same) => same,
}: {
  readonly stored?: Uint8Array
  readonly isRecorded?: boolean
  readonly asBlobs?: (blobs: BlobStore) => BlobStore
}) {
  const engines = await openTestEngines()
  const { catalog } = engines
  const photo = samplePhoto()
  await catalog.insert(photo)
  const name = 'thumb'
  const format = 'jpg' as const
  const key = renditionKey(photo.id, name, format)
  const outcomes: string[] = []
  if (stored) await engines.blobs.put(key, stored, { contentType: 'image/jpeg', ifExists: 'fail' })
  const record = { photoId: photo.id, name, format, ...size }
  if (isRecorded) await catalog.putRendition({ ...record, byteSize: theirs.length, sha256: sha256(theirs) })
  const blobs = asBlobs(engines.blobs)
  const onRendition = (outcome: string) => void outcomes.push(outcome)
  const made = await storeRendition(
    { bytes: ours, format, ...size },
    { photo, name },
    { blobs, catalog, onRendition },
  )
  const row = await catalog.getRendition(photo.id, name, format)
  const opened = await engines.blobs.open(key)
  const bytes = opened && (await buffer(opened.body))
  await engines[Symbol.asyncDispose]()
  expect(made).toStrictEqual(row)
  expect(row).toMatchObject({ ...size, byteSize: bytes?.length, sha256: sha256(bytes ?? ours) })
  return { bytes, outcomes }
}

test('bytes that are stored first are ours', async () => {
  expect(await setUp({})).toEqual({ bytes: Buffer.from(ours), outcomes: ['made'] })
})

test.each([true, false])(
  'B298 bytes that another server has stored in the meantime are recorded, whether it has recorded them or not: %s',
  async (isRecorded) => {
    expect(await setUp({ stored: theirs, isRecorded })).toEqual({ bytes: theirs, outcomes: ['adopted'] })
  },
)

test.each([
  ['are no image', { stored: Buffer.from('torn') }],
  ['do not fit their row', { stored: Buffer.from('damaged'), isRecorded: true }],
])('bytes that %s are replaced', async (_how, options) => {
  expect(await setUp(options)).toEqual({ bytes: Buffer.from(ours), outcomes: ['replaced'] })
})

test('B172 bytes without a row that are hours old are replaced: a sweep may be about to remove them', async () => {
  const asBlobs = (blobs: BlobStore): BlobStore => ({
    ...blobs,
    async stat(key) {
      const found = await blobs.stat(key)
      return found && { ...found, modifiedAtMs: Date.now() - 2 * 3_600_000 }
    },
  })
  const { outcomes } = await setUp({ stored: theirs, asBlobs })
  expect(outcomes).toEqual(['replaced'])
})

test('bytes that cannot be read are replaced', async () => {
  const asBlobs = (blobs: BlobStore): BlobStore => ({
    ...blobs,
    open: () => Promise.reject(new Error('damaged')),
  })
  expect((await setUp({ stored: theirs, asBlobs })).outcomes).toEqual(['replaced'])
})
