import { deflateSync, gzipSync } from 'node:zlib'
import { makeImage } from '@tintype/imaging/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Form, fieldPart, filePart, type Part, writeForm } from './support/multipart.ts'
import { openConnection, requestHead, sendRaw } from './support/raw-http.ts'
import { startTintype, type Tintype } from './support/start-tintype.ts'
import { ask, expectPhoto, expectProblem, keepsNothing, postBytes, postForm } from './support/uploads.ts'

let tintype: Tintype
let jpeg: Uint8Array

beforeAll(async () => {
  tintype = await startTintype()
  jpeg = await makeImage({ width: 80, height: 60, format: 'jpeg' })
})
afterAll(() => tintype[Symbol.asyncDispose]())

describe('B016 a content type that is not accepted', () => {
  const forged = JSON.stringify({ file: { filename: '../a.jpg', path: '/etc/passwd', data: 'AAAA' } })

  test.each([
    { type: 'application/json', body: forged },
    { type: 'text/plain', body: 'file' },
    { type: 'application/x-www-form-urlencoded', body: 'file=a.jpg' },
    { type: 'multipart/mixed; boundary=b', body: '--b--\r\n' },
    { type: 'multipart/form-datax; boundary=b', body: '--b--\r\n' },
    { type: 'video/mp4', body: 'x' },
    { type: 'image', body: 'x' },
    { type: 'x'.repeat(9000), body: 'x' },
  ])('$type', async ({ type, body }) => {
    const answer = await keepsNothing(tintype, () =>
      postBytes(tintype, Buffer.from(body), { headers: { 'Content-Type': type } }),
    )
    expectProblem(answer, 415, 'UNSUPPORTED_MEDIA_TYPE')
  })

  test('no content type', async () => {
    const answer = await sendRaw(tintype.url, `${requestHead('POST /photos', { 'Content-Length': 1 })}x`)
    expectProblem(answer, 415, 'UNSUPPORTED_MEDIA_TYPE')
  })

  test.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', (bytes: Uint8Array) => bytes],
  ] as const)('B036 a body encoded with %s is not inflated', async (encoding, encode) => {
    const headers = { 'Content-Encoding': encoding }
    const answer = await keepsNothing(tintype, () => postBytes(tintype, encode(jpeg), { headers }))
    expectProblem(answer, 415, 'UNSUPPORTED_MEDIA_TYPE')
  })

  test('identity is not an encoding', async () => {
    for (const encoding of ['identity', 'Identity', '', 'identity, identity'])
      expectPhoto(await postBytes(tintype, jpeg, { headers: { 'Content-Encoding': encoding } }))
  })
})

describe('a file that is not an image', () => {
  const svg = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'

  test.each([
    { what: 'B108 an SVG that is called PNG', bytes: Buffer.from(svg) },
    { what: 'HTML', bytes: Buffer.from('<!doctype html><script>alert(1)</script>') },
    { what: 'a program', bytes: Buffer.from('\x7fELF\x02\x01\x01'.padEnd(64, '\0'), 'latin1') },
    { what: 'a PDF', bytes: Buffer.from('%PDF-1.7\n%âãÏÓ\n') },
    { what: 'zeros', bytes: Buffer.alloc(5000) },
    { what: 'one byte', bytes: Buffer.from([0xff]) },
  ])('$what', async ({ bytes }) => {
    await keepsNothing(tintype, async () => {
      const form = await postForm(tintype, [filePart(bytes, 'a.png', 'image/png')])
      expect(expectProblem(form, 400, 'NOT_AN_IMAGE').declared).toBe('image/png')
      const raw = await postBytes(tintype, bytes, { headers: { 'Content-Type': 'image/png' } })
      expectProblem(raw, 400, 'NOT_AN_IMAGE')
    })
  })

  test('B027 no bytes at all', async () => {
    await keepsNothing(tintype, async () => {
      expectProblem(await postForm(tintype, [filePart('')]), 400, 'EMPTY_FILE')
      expectProblem(await postBytes(tintype, new Uint8Array()), 400, 'EMPTY_FILE')
    })
  })

  test('an image that is cut off', async () => {
    const whole = await makeImage({ width: 300, height: 200, format: 'png' })
    const answer = await keepsNothing(tintype, () => postBytes(tintype, whole.subarray(0, whole.length / 2)))
    expectProblem(answer, 422, 'UNREADABLE_IMAGE')
  })
})

describe('a form without its file', () => {
  const other = (name: string): Part => ({ name, filename: 'a.jpg', type: 'image/jpeg', body: jpeg })
  const headed = (...headers: string[]): Part => ({ headers, body: jpeg })

  test.each([
    { what: 'B008 with nothing in it', form: () => writeForm([]) },
    { what: 'only fields', form: () => writeForm([fieldPart('title', 'x')]) },
    { what: 'B019 a file of another name', form: () => writeForm([other('photo')]) },
    { what: 'B037 FILE', form: () => writeForm([other('FILE')]) },
    { what: 'B037 ｆile', form: () => writeForm([other('ｆile')]) },
    {
      what: 'B014 a file without a filename',
      form: () => writeForm([{ name: 'file', type: 'image/jpeg', body: 'x' }]),
    },
    { what: 'B015 left empty', form: () => writeForm([{ ...other('file'), filename: '', body: '' }]) },
    {
      what: 'B015 left empty, as browsers send it',
      form: () => writeForm([{ name: 'file', filename: '', type: 'application/octet-stream', body: '' }]),
    },
    { what: 'B020 no disposition', form: () => writeForm([headed('Content-Type: image/jpeg')]) },
    {
      what: 'B020 an attachment',
      form: () => writeForm([headed('Content-Disposition: attachment; name="file"; filename="a.jpg"')]),
    },
    {
      what: 'B025 a form within the form',
      form: () => {
        const inner = writeForm([filePart(jpeg)], { boundary: 'inner' }).body
        const type = 'Content-Type: multipart/mixed; boundary=inner'
        return writeForm([{ headers: ['Content-Disposition: form-data; name="file"', type], body: inner }])
      },
    },
  ])('$what', async ({ form }) => {
    const answer = await keepsNothing(tintype, () => postForm(tintype, form()))
    expectProblem(answer, 422, 'FILE_REQUIRED')
  })

  test('gets the names of the received parts', async () => {
    const answer = await postForm(tintype, [fieldPart('title', 'x'), other('photo')])
    expect(expectProblem(answer, 422, 'FILE_REQUIRED').received).toEqual(['photo', 'title'])
  })
})

describe('a form with more than its file', () => {
  test.each(['file', 'other'])('B017 a second file named %s: neither is kept', async (name) => {
    const second = { name, filename: 'b.jpg', body: jpeg }
    for (const parts of [
      [filePart(jpeg), second],
      [second, filePart(jpeg)],
    ]) {
      const answer = await keepsNothing(tintype, () => postForm(tintype, parts))
      expectProblem(answer, 400, 'TOO_MANY_FILES')
    }
  })
})

describe('a form that is malformed', () => {
  const file = () => writeForm([filePart(jpeg)], { boundary: 'b' })
  const withType = (contentType: string): Form => ({ ...file(), contentType })
  const cut = (byteSize: number): Form => ({ ...file(), body: file().body.subarray(0, byteSize) })
  const part = (header: string): Form =>
    writeForm([
      { headers: ['Content-Disposition: form-data; name="file"; filename="a.jpg"', header], body: jpeg },
    ])

  test.each([
    { what: 'B003 without a boundary', form: () => withType('multipart/form-data') },
    { what: 'B003 with an empty boundary', form: () => withType('multipart/form-data; boundary=') },
    { what: 'B003 with an empty quoted boundary', form: () => withType('multipart/form-data; boundary=""') },
    { what: 'B004 with another boundary', form: () => withType('multipart/form-data; boundary=c') },
    { what: 'B005 without its end', form: () => writeForm([filePart(jpeg)], { end: '' }) },
    {
      what: 'B006 with a broken end',
      form: () => writeForm([filePart(jpeg)], { boundary: 'b', end: '--b\r\n' }),
    },
    { what: 'B007 cut off in the file', form: () => cut(500) },
    { what: 'B007 cut off in a header', form: () => cut(40) },
    { what: 'B007 with no bytes', form: () => cut(0) },
    {
      what: 'B009 of bare line feeds',
      form: () => ({ ...file(), body: Buffer.from('--b\nContent-Disposition: x\n\nx\n--b--\n') }),
    },
    {
      what: 'B018 of a part without a name',
      form: () => writeForm([filePart(jpeg), { headers: ['Content-Disposition: form-data'], body: 'x' }]),
    },
    {
      what: 'B018 of a part with an empty name',
      form: () => writeForm([filePart(jpeg), fieldPart('', 'x')]),
    },
    {
      what: 'B018 of a file with an empty name',
      form: () => writeForm([{ name: '', filename: 'a.jpg', body: jpeg }]),
    },
    { what: 'B023 with a header of 17 KiB', form: () => part(`X-A: ${'x'.repeat(17_000)}`) },
    {
      what: 'B024 with a header that begins with a space',
      form: () => writeForm([{ headers: [' X-A: x'], body: '' }, filePart(jpeg)]),
    },
    { what: 'B024 with a header without a colon', form: () => part('X-A') },
    { what: 'B024 with a NUL in a header', form: () => part('X-A: \0') },
  ])('$what', async ({ form }) => {
    const answer = await keepsNothing(tintype, () => postForm(tintype, form()))
    expectProblem(answer, 400, 'INVALID_MULTIPART')
  })

  test('B026 an encoded part is not decoded', async () => {
    const header = 'Content-Transfer-Encoding: base64'
    const disposition = 'Content-Disposition: form-data; name="file"; filename="a.jpg"'
    const form = writeForm([{ headers: [disposition, header], body: Buffer.from(jpeg).toString('base64') }])
    const answer = await keepsNothing(tintype, () => postForm(tintype, form))
    const { detail } = expectProblem(answer, 400, 'NOT_AN_IMAGE')
    expect(detail).toContain('The part says that it is in base64, which is not decoded')
  })
})

describe('requests beside the uploads', () => {
  test.each(['PUT', 'PATCH', 'GET'])(
    '%s /photos is not supported, and Allow names the methods that are',
    async (method) => {
      const answer = await ask(tintype, '/photos', { method })
      expect(answer.status).toBe(405)
      expect(answer.headers.get('allow')).toContain('POST')
    },
  )

  test.each(['x', '..%2f..%2fetc', '0193f6a2-7c1e-7b3a-9d2e-5f60718293a4', '%00'])(
    'GET /photos/%s is unknown',
    async (id) => {
      expectProblem(await ask(tintype, `/photos/${id}`), 404, 'PHOTO_NOT_FOUND')
    },
  )

  test.each([
    { what: 'B063 what is not HTTP', bytes: 'hello\r\n\r\n', status: 400 },
    {
      what: 'B063 two lengths',
      bytes: 'POST /photos HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n',
      status: 400,
    },
    {
      what: 'B063 a length and chunks',
      bytes:
        'POST /photos HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
      status: 400,
    },
    {
      what: 'B063 a negative length',
      bytes: 'POST /photos HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n',
      status: 400,
    },
    {
      what: 'B069 17 KiB of header',
      bytes: `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(17_000)}\r\n\r\n`,
      status: 431,
    },
  ])('$what is refused in the same form as every other error', async ({ bytes, status }) => {
    using connection = await openConnection(tintype.url)
    await connection.write(bytes)
    const problem = expectProblem(await connection.answer(), status, 'INVALID_REQUEST')
    expect(await connection.ended).toHaveLength(0)
    await tintype.logged((line) => line.event === 'refused' && line.requestId === problem.requestId)
  })

  test('B069 headers with names that JavaScript knows do no harm', async () => {
    const headers = {
      __proto__: 'x',
      constructor: 'y',
      'Content-Type': 'image/jpeg',
      'Content-Length': jpeg.length,
    }
    using connection = await openConnection(tintype.url)
    const head = requestHead('POST /photos', headers).replace('\r\n', '\r\n__proto__: x\r\n')
    await connection.write(Buffer.concat([Buffer.from(head), jpeg]))
    expectPhoto(await connection.answer())
  })
})
