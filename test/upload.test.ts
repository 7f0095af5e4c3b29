import { createHash } from 'node:crypto'
import { makeGpsJpeg, makeImage, makeQuadrants } from '@tintype/imaging/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { targetAt } from './support/base-path.ts'
import { fieldPart, filePart, writeForm } from './support/multipart.ts'
import { openConnection, requestHead } from './support/raw-http.ts'
import { startTintype, type Tintype } from './support/start-tintype.ts'
import {
  ask,
  countPhotos,
  expectPhoto,
  expectProblem,
  originals,
  postBytes,
  postForm,
} from './support/uploads.ts'

let tintype: Tintype
let jpeg: Uint8Array

beforeAll(async () => {
  tintype = await startTintype()
  jpeg = await makeImage({ width: 640, height: 480, format: 'jpeg' })
})
afterAll(() => tintype[Symbol.asyncDispose]())

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

describe('a photo', () => {
  test('B001 is described exactly in the answer, and served byte for byte', async () => {
    const sentAt = Date.now()
    const answer = await postForm(tintype, [
      filePart(jpeg, 'cat.jpg'),
      fieldPart('title', 'A cat'),
      fieldPart('tags', 'pets'),
      fieldPart('tags', 'cats'),
    ])
    const photo = expectPhoto(answer)
    const { id } = photo
    expect(photo).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
      url: targetAt(tintype.url, `/media/${id}.jpg`),
      thumbnail: { url: targetAt(tintype.url, `/media/${id}/thumb.webp`), width: 300, height: 225 },
      filename: 'cat.jpg',
      byteSize: jpeg.length,
      sha256: sha256(jpeg),
      format: 'jpeg',
      mimeType: 'image/jpeg',
      width: 640,
      height: 480,
      placeholder: expect.stringMatching(/^[A-Za-z0-9+/]+={0,2}$/),
      title: 'A cat',
      alt: null,
      tags: ['pets', 'cats'],
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      takenAt: null,
      owner: null,
      visibility: 'public',
      metadata: null,
    })
    expect(Buffer.from(photo.placeholder, 'base64').length).toBeGreaterThanOrEqual(5)
    expect(Buffer.from(photo.placeholder, 'base64').length).toBeLessThanOrEqual(37)
    expect(Date.parse(photo.createdAt)).toBeGreaterThanOrEqual(sentAt)
    expect(Date.parse(photo.createdAt)).toBeLessThanOrEqual(Date.now())
    expect(answer.headers.get('cache-control')).toBe('no-store')

    const media = await ask(tintype, photo.url)
    expect(media.status).toBe(200)
    expect(media.headers.get('content-type')).toBe('image/jpeg')
    expect(media.body.equals(jpeg)).toBe(true)

    const again = await ask(tintype, `/photos/${id}`)
    expect(JSON.parse(again.body.toString())).toEqual(photo)
  })

  test.each([
    { format: 'jpeg', extension: 'jpg' },
    { format: 'png', extension: 'png' },
    { format: 'webp', extension: 'webp' },
    { format: 'gif', extension: 'gif' },
    { format: 'avif', extension: 'avif' },
  ] as const)(
    'B052 of format $format has its extension, for any name and type',
    async ({ format, extension }) => {
      const image = await makeImage({ width: 48, height: 32, format })
      const photo = expectPhoto(await postForm(tintype, [filePart(image, 'page.html', 'text/html')]))
      expect(photo).toMatchObject({ format, mimeType: `image/${format}`, width: 48, height: 32 })
      expect(photo.url).toBe(targetAt(tintype.url, `/media/${photo.id}.${extension}`))
      expect(photo.filename).toBe('page.html')
      const media = await ask(tintype, photo.url)
      expect(media.body.equals(image)).toBe(true)
      expect(media.headers.get('content-type')).toBe(`image/${format}`)
      expect(media.headers.get('x-content-type-options')).toBe('nosniff')
    },
  )

  test('B132 has the width and height that a viewer shows', async () => {
    const turned = await makeQuadrants({ width: 120, height: 80, format: 'jpeg', orientation: 6 })
    const photo = expectPhoto(await postBytes(tintype, turned))
    expect(photo).toMatchObject({ width: 120, height: 80, thumbnail: { width: 120, height: 80 } })
  })

  test('has the date it was taken, in UTC if its zone is known', async () => {
    const photo = expectPhoto(await postBytes(tintype, await makeGpsJpeg()))
    expect(photo.takenAt).toBe('2024-05-06T05:08:09.000Z')
  })

  test('B040 uploaded twice at the same time becomes two photos', async () => {
    const before = await countPhotos(tintype)
    const answers = await Promise.all([postBytes(tintype, jpeg), postBytes(tintype, jpeg)])
    const [one, other] = answers.map(expectPhoto)
    expect(one?.id).not.toBe(other?.id)
    expect(one?.sha256).toBe(other?.sha256)
    expect(await countPhotos(tintype)).toBe(before + 2)
    for (const photo of [one, other]) {
      expect((await ask(tintype, photo?.url ?? '')).body.equals(jpeg)).toBe(true)
    }
  })

  test('POST /photos/thumbnail answers when the thumbnail exists', async () => {
    const { contentType, body } = writeForm([filePart(jpeg)])
    const answer = await ask(tintype, '/photos/thumbnail', {
      method: 'POST',
      body: new Uint8Array(body),
      headers: { 'Content-Type': contentType },
    })
    expect(answer.status).toBe(201)
    const { thumbnail, photo } = JSON.parse(answer.body.toString())
    expect(thumbnail).toBe(photo.thumbnail.url)
    expect(answer.headers.get('location')).toBe(targetAt(tintype.url, `/photos/${photo.id}`))
    expect(await tintype.blobs()).toContainEqual(expect.stringContaining(`${photo.id}.thumb.webp`))
    expect((await ask(tintype, thumbnail)).headers.get('content-type')).toBe('image/webp')
  })
})

describe('title, alt and tags', () => {
  test('B033 in fields before and after the file count alike', async () => {
    const photo = expectPhoto(
      await postForm(tintype, [
        fieldPart('title', 'before'),
        fieldPart('tags', 'one'),
        filePart(jpeg),
        fieldPart('alt', 'after'),
        fieldPart('tags', 'two'),
        fieldPart('title', 'a second title'),
        fieldPart('colour', 'passed over'),
      ]),
    )
    expect(photo).toMatchObject({ title: 'before', alt: 'after', tags: ['one', 'two'] })
  })

  test('are in the query if the body is the file', async () => {
    const query = `?filename=a%20b.jpg&title=${encodeURIComponent('Grüße 🐈')}&alt=x&tags=a&tags=b`
    const photo = expectPhoto(await postBytes(tintype, jpeg, { query }))
    expect(photo).toMatchObject({ filename: 'a b.jpg', title: 'Grüße 🐈', alt: 'x', tags: ['a', 'b'] })
  })

  test('B046 the name of raw bytes comes in Content-Disposition, which wins over the query', async () => {
    const disposition = `attachment; filename="plain.jpg"; filename*=UTF-8''na%C3%AFve.jpg`
    const photo = expectPhoto(
      await postBytes(tintype, jpeg, {
        query: '?filename=q.jpg',
        headers: { 'Content-Disposition': disposition },
      }),
    )
    expect(photo.filename).toBe('naïve.jpg')
  })

  test('raw bytes need no name, and may be application/octet-stream', async () => {
    const headers = { 'Content-Type': 'application/octet-stream' }
    const photo = expectPhoto(await postBytes(tintype, jpeg, { headers }))
    expect(photo.filename).toBe(`photo-${photo.id}.jpg`)
  })

  test('B034 B035 fields with names that JavaScript knows are ordinary fields', async () => {
    const names = ['__proto__', 'constructor', 'constructor[prototype][x]', 'toString', '_charset_']
    const photo = expectPhoto(
      await postForm(tintype, [...names.map((name) => fieldPart(name, 'polluted')), filePart(jpeg)]),
    )
    expect(photo).toMatchObject({ title: null, alt: null, tags: [] })
  })
})

describe('for any split of the bytes', () => {
  const small = () =>
    writeForm([fieldPart('title', 'Split'), filePart(tiny, 'a.gif', 'image/gif')], { boundary: 'b' })
  let tiny: Uint8Array

  beforeAll(async () => {
    tiny = await makeImage({ width: 2, height: 2, format: 'gif' })
  })

  test('B013 byte by byte gives the same answer', async () => {
    const { contentType, body } = small()
    using connection = await openConnection(tintype.url)
    const headers = { 'Content-Type': contentType, 'Content-Length': body.length }
    await connection.write(requestHead('POST /photos', headers))
    for (const byte of body) await connection.write(Uint8Array.of(byte))
    const photo = expectPhoto(await connection.answer())
    expect(photo).toMatchObject({ title: 'Split', filename: 'a.gif', sha256: sha256(tiny) })
  })

  test('B013 split at every offset gives the same answer', async () => {
    const { contentType, body } = small()
    using connection = await openConnection(tintype.url)
    const headers = { 'Content-Type': contentType, 'Content-Length': body.length }
    for (let offset = 0; offset <= body.length; offset += 1) {
      await connection.write(requestHead('POST /photos', headers))
      await connection.write(body.subarray(0, offset))
      await connection.write(body.subarray(offset))
      const photo = expectPhoto(await connection.answer())
      expect([offset, photo.title, photo.sha256]).toEqual([offset, 'Split', sha256(tiny)])
    }
  })

  test('B012 bytes that look like a boundary stay in the file', async () => {
    const storm = Buffer.from(`\r\n--b\r\r\n--\r\n-${'\r\n--boundar'.repeat(5000)}${'\r'.repeat(5000)}`)
    const image = Buffer.concat([jpeg, storm])
    const photo = expectPhoto(await postForm(tintype, writeForm([filePart(image)], { boundary: 'boundary' })))
    expect(photo.sha256).toBe(sha256(image))
    expect((await ask(tintype, photo.url)).body.equals(image)).toBe(true)
  })

  test('B002 B010 B011 preamble, epilogue and a missing last line break are accepted', async () => {
    const { contentType, body, boundary } = writeForm([filePart(jpeg)], { end: '' })
    const around = [`preamble ${'x'.repeat(200_000)}\r\n`, body, `--${boundary}--`]
    for (const end of ['', '\r\nepilogue']) {
      const whole = Buffer.concat([...around, end].map((one) => Buffer.from(one)))
      const photo = expectPhoto(await postForm(tintype, { contentType, body: whole, boundary }))
      expect(photo.sha256).toBe(sha256(jpeg))
    }
  })
})

test('a photo is found by its id in upper case, and uploaded as image/*', async () => {
  const photo = expectPhoto(await postBytes(tintype, jpeg, { headers: { 'Content-Type': 'image/*' } }))
  const id = photo.id.toUpperCase()
  const found = await ask(tintype, `/photos/${id}`)
  expect(JSON.parse(found.body.toString())).toMatchObject({ id: photo.id })
  const input = encodeURIComponent(JSON.stringify({ id }))
  const asked = await ask(tintype, `/trpc/photos.get?input=${input}`)
  expect(JSON.parse(asked.body.toString()).result.data).toMatchObject({ id: photo.id })
})

test('a deleted photo leaves no bytes', async () => {
  const photo = expectPhoto(await postBytes(tintype, jpeg))
  expect((await ask(tintype, photo.thumbnail.url)).status).toBe(200)
  expect((await ask(tintype, `/photos/${photo.id}`, { method: 'DELETE' })).status).toBe(204)
  expectProblem(await ask(tintype, `/photos/${photo.id}`), 404, 'PHOTO_NOT_FOUND')
  expectProblem(await ask(tintype, photo.url), 404, 'PHOTO_NOT_FOUND')
  expectProblem(await ask(tintype, photo.thumbnail.url), 404, 'PHOTO_NOT_FOUND')
  expect((await tintype.blobs()).filter((blob) => blob.includes(photo.id))).toEqual([])
  expect(await countPhotos(tintype)).toBe((await originals(tintype)).length)
})
