import { createHash } from 'node:crypto'
import { makeImage } from '@tintype/imaging/testing'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { fieldPart, filePart, writeForm } from './support/multipart.ts'
import { openConnection, requestHead } from './support/raw-http.ts'
import { startTintype, type Tintype } from './support/start-tintype.ts'
import {
  ask,
  countPhotos,
  expectPhoto,
  expectProblem,
  keepsNothing,
  originals,
  postBytes,
  postForm,
  readMetric,
  settled,
  waiting,
} from './support/uploads.ts'

let tintype: Tintype
let jpeg: Uint8Array
let png: Uint8Array

beforeAll(async () => {
  tintype = await startTintype()
  jpeg = await makeImage({ width: 80, height: 60, format: 'jpeg' })
  png = await makeImage({ width: 60, height: 80, format: 'png' })
})
afterAll(() => tintype[Symbol.asyncDispose]())

const digestOf = (bytes: Uint8Array, algorithm = 'sha256') =>
  createHash(algorithm).update(bytes).digest('base64')

describe('a digest', () => {
  test.each(['Content-Digest', 'Repr-Digest'])('%s that matches changes nothing', async (name) => {
    const headers = { [name]: `sha-256=:${digestOf(jpeg)}:` }
    expectPhoto(await postBytes(tintype, jpeg, { headers }))
  })

  test.each(['Content-Digest', 'Repr-Digest'])('%s of other bytes: nothing is kept', async (name) => {
    const headers = { [name]: `sha-256=:${digestOf(png)}:` }
    const answer = await keepsNothing(tintype, () => postBytes(tintype, jpeg, { headers }))
    expect(expectProblem(answer, 400, 'DIGEST_MISMATCH')).toMatchObject({
      expected: Buffer.from(digestOf(png), 'base64').toString('hex'),
      received: Buffer.from(digestOf(jpeg), 'base64').toString('hex'),
    })
  })

  test('both are compared with the body', async () => {
    const right = `sha-256=:${digestOf(jpeg)}:`
    const wrong = `sha-256=:${digestOf(png)}:`
    expectPhoto(
      await postBytes(tintype, jpeg, { headers: { 'Content-Digest': right, 'Repr-Digest': right } }),
    )
    for (const headers of [
      { 'Content-Digest': right, 'Repr-Digest': wrong },
      { 'Content-Digest': wrong, 'Repr-Digest': right },
    ]) {
      const answer = await keepsNothing(tintype, () => postBytes(tintype, jpeg, { headers }))
      expectProblem(answer, 400, 'DIGEST_MISMATCH')
    }
  })

  test('of another algorithm is ignored, alone or with others', async () => {
    const other = `sha-512=:${digestOf(png, 'sha512')}:, md5=:nonsense:`
    expectPhoto(await postBytes(tintype, jpeg, { headers: { 'Content-Digest': other } }))
    const both = `${other}, sha-256=:${digestOf(jpeg)}:`
    expectPhoto(await postBytes(tintype, jpeg, { headers: { 'Content-Digest': both } }))
    const wrong = `${other}, sha-256=:${digestOf(png)}:`
    expectProblem(
      await postBytes(tintype, jpeg, { headers: { 'Content-Digest': wrong } }),
      400,
      'DIGEST_MISMATCH',
    )
  })

  test.each(['sha-256', 'sha-256=', 'sha-256=:x:', 'sha-256=abc', `sha-256=:${'A'.repeat(64)}:`])(
    '%s is refused',
    async (digest) => {
      const headers = { 'Content-Digest': digest }
      const answer = await keepsNothing(tintype, () => postBytes(tintype, jpeg, { headers }))
      expectProblem(answer, 400, 'INVALID_REQUEST')
    },
  )

  test('of a form covers its whole body', async () => {
    const form = writeForm([fieldPart('title', 'x'), filePart(jpeg)])
    const withEpilogue = { ...form, body: Buffer.concat([form.body, Buffer.from('epilogue')]) }
    for (const one of [form, withEpilogue]) {
      expectPhoto(await postForm(tintype, one, { 'Content-Digest': `sha-256=:${digestOf(one.body)}:` }))
    }
    const ofFile = { 'Content-Digest': `sha-256=:${digestOf(jpeg)}:` }
    const answer = await keepsNothing(tintype, () => postForm(tintype, form, ofFile))
    expectProblem(answer, 400, 'DIGEST_MISMATCH')
  })
})

describe('an Idempotency-Key', () => {
  const withKey = (key: string) => ({ headers: { 'Idempotency-Key': key } })

  test('B199 gets the same answer the second time, and makes one photo', async () => {
    const before = await countPhotos(tintype)
    const first = await postBytes(tintype, jpeg, withKey('once'))
    const second = await postBytes(tintype, jpeg, withKey('once'))
    const inForm = await postForm(tintype, [filePart(jpeg, 'other-name.jpg')], { 'Idempotency-Key': 'once' })
    expectPhoto(first)
    for (const again of [second, inForm]) {
      expect(again.status).toBe(201)
      expect(again.body.equals(first.body)).toBe(true)
      expect(again.headers.get('location')).toBe(first.headers.get('location'))
      expect(again.headers.get('idempotent-replayed')).toBe('true')
    }
    expect(first.headers.get('idempotent-replayed')).toBeNull()
    expect(await countPhotos(tintype)).toBe(before + 1)
    await settled(tintype)
    expect(await originals(tintype)).toHaveLength(before + 1)
  })

  test('B199 with other bytes is a conflict', async () => {
    expectPhoto(await postBytes(tintype, jpeg, withKey('conflict')))
    const answer = await keepsNothing(tintype, () => postBytes(tintype, png, withKey('conflict')))
    expectProblem(answer, 409, 'IDEMPOTENCY_CONFLICT')
  })

  test('B199 sent many times at once makes one photo', async () => {
    await settled(tintype)
    const before = await countPhotos(tintype)
    const answers = await Promise.all(
      Array.from({ length: 12 }, () => postBytes(tintype, jpeg, withKey('storm'))),
    )
    const photos = answers.map(expectPhoto)
    expect(new Set(photos.map(({ id }) => id)).size).toBe(1)
    expect(answers.filter(({ headers }) => headers.get('idempotent-replayed') === null)).toHaveLength(1)
    expect(await countPhotos(tintype)).toBe(before + 1)
    await settled(tintype)
    expect(await originals(tintype)).toHaveLength(before + 1)
  })

  test('B199 sent at once with different bytes makes one photo; the others are conflicts', async () => {
    await settled(tintype)
    const before = await countPhotos(tintype)
    const images = Array.from({ length: 8 }, (_, at) => (at % 2 === 0 ? jpeg : png))
    const answers = await Promise.all(images.map((image) => postBytes(tintype, image, withKey('rivals'))))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201, 409]))
    const made = answers.filter(({ status }) => status === 201).map(expectPhoto)
    expect(new Set(made.map(({ id }) => id)).size).toBe(1)
    expect(await countPhotos(tintype)).toBe(before + 1)
    await settled(tintype)
    expect(await originals(tintype)).toHaveLength(before + 1)
  })

  test('is deleted with its photo: afterwards it makes a new one', async () => {
    const first = expectPhoto(await postBytes(tintype, jpeg, withKey('again')))
    expect((await ask(tintype, `/photos/${first.id}`, { method: 'DELETE' })).status).toBe(204)
    const second = expectPhoto(await postBytes(tintype, png, withKey('again')))
    expect(second.id).not.toBe(first.id)
  })

  test('that was refused can be used again', async () => {
    expectProblem(await postBytes(tintype, Buffer.from('no image'), withKey('retry')), 400, 'NOT_AN_IMAGE')
    expectPhoto(await postBytes(tintype, jpeg, withKey('retry')))
  })

  test('may have 255 visible ASCII characters, and no other', async () => {
    expectPhoto(await postBytes(tintype, jpeg, withKey('k'.repeat(255))))
    for (const key of ['', 'k'.repeat(256), 'a b', 'schlüssel']) {
      const answer = await keepsNothing(tintype, () => postBytes(tintype, jpeg, withKey(key)))
      expectProblem(answer, 400, 'INVALID_REQUEST')
    }
  })
})

test('B198 an upload that is still arriving blocks no other request', async () => {
  using connection = await openConnection(tintype.url)
  const headers = { 'Content-Type': 'image/jpeg', 'Content-Length': jpeg.length }
  await connection.write(requestHead('POST /photos', headers))
  await connection.write(jpeg.subarray(0, -1))
  await vi.waitFor(
    async () => expect(await readMetric(tintype, 'tintype_uploads_in_flight')).toBe(1),
    waiting,
  )

  const other = expectPhoto(await postBytes(tintype, png))
  const change = JSON.stringify({ id: other.id, title: 'meanwhile' })
  const json = { 'Content-Type': 'application/json' }
  const changed = await ask(tintype, '/trpc/photos.update', { method: 'POST', body: change, headers: json })
  expect(changed.status).toBe(200)
  expect((await ask(tintype, '/trpc/photos.list')).status).toBe(200)
  expect((await ask(tintype, `/photos/${other.id}`, { method: 'DELETE' })).status).toBe(204)

  await connection.write(jpeg.subarray(-1))
  expect(expectPhoto(await connection.answer()).byteSize).toBe(jpeg.length)
})
