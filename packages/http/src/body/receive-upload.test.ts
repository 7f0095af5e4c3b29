import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import type { TintypeError } from '@tintype/contract'
import { makeImage } from '@tintype/imaging/testing'
import type { UploadLimits } from '@tintype/photos'
import { beforeAll, describe, expect, test } from 'vitest'
import { inTurn } from '../testing/form-outcome.ts'
import { openTestPhotos } from '../testing/open-test-photos.ts'
import { formOverheadByteSize } from './form-limits.ts'
import { assertDeclaredSize, receiveUpload, type UploadBody } from './receive-upload.ts'

const limits: UploadLimits = {
  maxUploadByteSize: 1024 * 1024,
  allowedFormats: ['png'],
  maxPixels: 1_000_000,
  maxAvifPixels: 1_000_000,
  maxSide: 10_000,
  maxFrames: 1,
}
const formType = 'multipart/form-data; boundary=b'
const wrongDigest = '0'.repeat(64)
let png: Uint8Array
let form: Buffer

beforeAll(async () => {
  png = await makeImage({ width: 40, height: 30, format: 'png' })
  form = Buffer.concat([
    Buffer.from('--b\r\nContent-Disposition: form-data; name="title"\r\n\r\nfrom the form\r\n'),
    Buffer.from('--b\r\nContent-Disposition: form-data; name="file"; filename="form.png"\r\n\r\n'),
    png,
    Buffer.from('\r\n--b--\r\n'),
  ])
})

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

/**
 * Uploads the bytes as a request does. Resolves with the photo; or with the error, the number of photos, the staged files,
 * and whether the body was destroyed.
 */
async function upload(bytes: Uint8Array, overrides: Partial<UploadBody> = {}) {
  await using one = await openTestPhotos(limits)
  const body = Readable.from([Buffer.from(bytes)], { objectMode: false, autoDestroy: false })
  const { signal } = new AbortController()
  const details = { filename: 'outside.png', title: 'from outside' }
  const declared = { contentType: 'image/png', details, expectedSha256: [], signal, inTurn, ...overrides }
  try {
    await using session = one.photos.beginUpload()
    const received = await receiveUpload({ ...declared, body }, session, limits)
    const finish = { expectedSha256: received.expectedSha256 }
    return { photo: (await session.finish(received.details, finish)).photo }
  } catch (thrown) {
    const error = thrown as TintypeError
    return { error, left: [await one.catalog.count(), await one.stagedFiles(), body.destroyed] }
  }
}

test('a text in the query beside a form is kept, unless the form has its own', async () => {
  const details = { filename: 'outside.png', title: 'from outside', alt: 'from outside', tags: ['outside'] }
  const { photo } = await upload(form, { contentType: formType, details })
  expect(photo).toMatchObject({
    filename: 'form.png',
    title: 'from the form',
    alt: 'from outside',
    tags: ['outside'],
  })
})

test('a blank text of a form counts as absent beside one in the query', async () => {
  const blank = Buffer.from(form.toString('latin1').replace('from the form', '   '), 'latin1')
  const details = { title: 'from outside' }
  const { photo } = await upload(blank, { contentType: formType, details })
  expect(photo).toMatchObject({ title: 'from outside' })
})

test('a raw body is the file, and its details come from outside the body', async () => {
  const { photo } = await upload(png, { expectedSha256: [sha256(png)] })
  expect(photo).toMatchObject({ sha256: sha256(png), title: 'from outside', filename: 'outside.png' })
})

test('the file of a form is the file, and its details come from the form', async () => {
  const { photo } = await upload(form, { contentType: formType, expectedSha256: [sha256(form)] })
  expect(photo).toMatchObject({ sha256: sha256(png), title: 'from the form', filename: 'form.png' })
})

describe('nothing is kept of an upload', () => {
  test.each([
    {
      why: 'whose form is cut off',
      code: 'INVALID_MULTIPART',
      byteSize: 8,
      overrides: { contentType: formType },
    },
    {
      why: 'whose form has another digest',
      code: 'DIGEST_MISMATCH',
      byteSize: 0,
      overrides: { contentType: formType, expectedSha256: [wrongDigest] },
    },
  ])('$why', async ({ code, byteSize, overrides }) => {
    const { error, left } = await upload(form.subarray(0, form.length - byteSize), overrides)
    expect(error).toMatchObject({ code })
    expect(left).toEqual([0, [], false])
  })

  test('whose file has another digest, even if one of two is right', async () => {
    const expectedSha256 = [sha256(png), wrongDigest]
    const { error, left } = await upload(png, { expectedSha256 })
    expect(error).toMatchObject({
      code: 'DIGEST_MISMATCH',
      facts: { expected: wrongDigest, received: sha256(png) },
    })
    expect(left).toEqual([0, [], false])
  })

  test('that is larger than it may be, although it did not declare that', async () => {
    const large = Buffer.concat([png, Buffer.alloc(limits.maxUploadByteSize)])
    const { error, left } = await upload(large)
    expect(error).toMatchObject({
      code: 'PAYLOAD_TOO_LARGE',
      message: 'The file is larger than the limit of 1048576 bytes',
      facts: { limit: limits.maxUploadByteSize, received: large.length },
    })
    expect(left).toEqual([0, [], false])
  })
})

test.each([
  { kind: 'raw body', contentType: 'image/png', overhead: 0 },
  { kind: 'form', contentType: formType, overhead: formOverheadByteSize },
])('B062 a $kind that declares one byte too many is refused', ({ contentType, overhead }) => {
  const { maxUploadByteSize } = limits
  const check = (declared: number) => assertDeclaredSize(declared, { contentType, maxUploadByteSize })
  expect(() => check(0)).not.toThrow()
  expect(() => check(maxUploadByteSize + overhead)).not.toThrow()
  expect(() => check(maxUploadByteSize + overhead + 1)).toThrow(
    'The file is larger than the limit of 1048576 bytes',
  )
})
