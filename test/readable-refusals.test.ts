import { makeImage } from '@tintype/imaging/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chunkOf, openConnection, requestHead } from './support/raw-http.ts'
import { startTintype, type Tintype } from './support/start-tintype.ts'
import { expectPhoto, expectProblem, postBytes } from './support/uploads.ts'

const maxByteSize = 2 * 1024 * 1024

const jpeg = await makeImage({ width: 80, height: 60, format: 'jpeg' })
let tintype: Tintype

beforeAll(async () => {
  tintype = await startTintype({ env: { TINTYPE_MAX_UPLOAD_SIZE: `${maxByteSize}b` } })
})
afterAll(() => tintype[Symbol.asyncDispose]())

const headOf = (contentType: string, byteSize: number, more: Record<string, string> = {}) =>
  requestHead('POST /photos', { 'Content-Type': contentType, 'Content-Length': byteSize, ...more })

describe('B039 after a refused upload', () => {
  test('whose body was short, the connection answers the next request', async () => {
    using connection = await openConnection(tintype.url)
    const refused = Buffer.concat([Buffer.from(headOf('text/plain', 50_000)), Buffer.alloc(50_000, 'x')])
    const next = Buffer.concat([Buffer.from(headOf('image/jpeg', jpeg.length)), jpeg])
    await connection.write(Buffer.concat([refused, next, refused, next]))
    expectProblem(await connection.answer(), 415, 'UNSUPPORTED_MEDIA_TYPE')
    expectPhoto(await connection.answer())
    expectProblem(await connection.answer(), 415, 'UNSUPPORTED_MEDIA_TYPE')
    expectPhoto(await connection.answer())
  })

  test('whose form was malformed, its rest is not read as a request', async () => {
    using connection = await openConnection(tintype.url)
    const smuggled = Buffer.from(requestHead('DELETE /photos/0193f6a2-7c1e-7b3a-9d2e-5f60718293a4'))
    const body = Buffer.concat([Buffer.from('--b\r\n\r\n--b--\r\n'), smuggled, smuggled])
    await connection.write(
      Buffer.concat([Buffer.from(headOf('multipart/form-data; boundary=b', body.length)), body]),
    )
    await connection.write(requestHead('GET /healthz'))
    expectProblem(await connection.answer(), 400, 'INVALID_MULTIPART')
    expect((await connection.answer()).status).toBe(200)
    expect(tintype.log.filter((line) => line.method === 'DELETE')).toEqual([])
  })

  test('whose body is long, the connection closes, and its rest is not read as a request', async () => {
    using connection = await openConnection(tintype.url)
    const smuggled = Buffer.from(requestHead('GET /healthz'))
    await connection.write(headOf('text/plain', 50_000_000))
    await connection.write(smuggled)
    const answer = await connection.answer()
    expectProblem(answer, 415, 'UNSUPPORTED_MEDIA_TYPE')
    expect(answer.headers.get('connection')).toBe('close')
    connection.end()
    expect(await connection.ended).toHaveLength(0)
  })

  describe('h01 h26 a client that writes its whole body before it reads gets its answer', () => {
    const heic = Buffer.from('\0\0\0\x24ftypheic', 'latin1')

    test.each(
      [300_000, 1_600_000, 6_000_000, 40_000_000].flatMap((byteSize) =>
        ['keep-alive', 'close', 'HTTP/1.0', 'chunked'].map((way) => ({ byteSize, way })),
      ),
    )('$byteSize bytes, $way', async ({ byteSize, way }) => {
      using connection = await openConnection(tintype.url)
      const head = headOf('image/heic', byteSize, way === 'close' ? { Connection: 'close' } : {})
      const chunkedHead = requestHead('POST /photos', {
        'Content-Type': 'image/heic',
        'Transfer-Encoding': 'chunked',
      })
      const isChunked = way === 'chunked'
      await connection.write(
        isChunked ? chunkedHead : way === 'HTTP/1.0' ? head.replace('HTTP/1.1', way) : head,
      )
      const body = Buffer.concat([heic, Buffer.alloc(byteSize - heic.length)])
      for (let at = 0; at < byteSize; at += 65_536) {
        const piece = body.subarray(at, at + 65_536)
        await connection.write(isChunked ? chunkOf(piece) : piece)
      }
      if (isChunked) await connection.write(chunkOf(''))
      const { status, body: answered } = await connection.answer()
      // a declared size over the limit is refused before the bytes show that it is no image
      const [expected, code] =
        byteSize > maxByteSize && !isChunked ? [413, 'PAYLOAD_TOO_LARGE'] : [400, 'NOT_AN_IMAGE']
      expect([status, JSON.parse(answered.toString()).code]).toEqual([expected, code])
    })
  })

  describe('a client that writes its whole body before it reads gets the answer to', () => {
    const body = Buffer.alloc(8_000_000)
    const length = { 'Content-Length': body.length }
    const type = { 'Content-Type': 'image/jpeg' }
    const chunked = { 'Transfer-Encoding': 'chunked' }
    test.each([
      ['headers that are too large', requestHead('POST /photos', { ...length, X: 'a'.repeat(17_000) }), 431],
      ['a length and chunks', requestHead('POST /photos', { ...length, ...chunked }), 400],
      [
        'two lengths',
        requestHead('POST /photos', length).replace('\r\n\r\n', '\r\nContent-Length: 6\r\n\r\n'),
        400,
      ],
      [
        'no Host',
        requestHead('POST /photos', { ...length, ...type }).replace('Host: localhost\r\n', ''),
        400,
      ],
      ['chunks without a size', `${requestHead('POST /photos', { ...type, ...chunked })}zz\r\n`, 400],
      ['chunks of gzip', requestHead('POST /photos', { ...type, 'Transfer-Encoding': 'gzip, chunked' }), 400],
      [
        'a malformed header',
        requestHead('POST /photos', length).replace('\r\n\r\n', '\r\nBad Header\r\n\r\n'),
        400,
      ],
      [
        'an unknown expectation',
        requestHead('POST /photos', { ...length, ...type, Expect: 'a-miracle' }),
        417,
      ],
    ])('%s', async (_, head, status) => {
      using connection = await openConnection(tintype.url)
      await connection.write(head)
      for (let at = 0; at < body.length; at += 65_536) await connection.write(body.subarray(at, at + 65_536))
      const answer = await connection.answer()
      expect([answer.status, answer.headers.get('connection')]).toEqual([status, 'close'])
    })

    const deletionOf = async (headers: Record<string, string | number>) => {
      const { id } = expectPhoto(await postBytes(tintype, jpeg))
      return requestHead(`DELETE /photos/${id}`, headers)
    }

    test.each([
      ['a deletion', length, body],
      ['a deletion in chunks', chunked, chunkOf(body)],
    ])('%s', async (_, headers, sent) => {
      using connection = await openConnection(tintype.url)
      await connection.write(await deletionOf(headers))
      for (let at = 0; at < sent.length; at += 65_536) await connection.write(sent.subarray(at, at + 65_536))
      const answer = await connection.answer()
      expect([answer.status, answer.headers.get('connection')]).toEqual([204, 'close'])
    })

    test('a deletion with a short body, and the connection answers the next request', async () => {
      using connection = await openConnection(tintype.url)
      await connection.write(await deletionOf({ 'Content-Length': 2 }))
      const { status } = await connection.answer()
      await connection.write(`{}${requestHead('GET /healthz')}`)
      expect([status, (await connection.answer()).status]).toEqual([204, 200])
    })
  })

  test('B075 a client that does not stop sending can read its answer, and the connection closes soon', async () => {
    using connection = await openConnection(tintype.url)
    await connection.write(headOf('image/jpeg', 4_000_000_000))
    const megabyte = Buffer.alloc(1024 * 1024)
    let isOver = false
    const ended = connection.ended.then(() => {
      isOver = true
    })
    let megabytes = 0
    for (; !isOver; megabytes += 1) await connection.write(megabyte)
    await ended
    expectProblem(await connection.answer(), 413, 'PAYLOAD_TOO_LARGE')
    expect(megabytes).toBeLessThan(128)
  })

  test('B075 fetch gets the answer instead of a broken connection', async () => {
    const large = Buffer.alloc(40_000_000)
    expectProblem(await postBytes(tintype, large), 413, 'PAYLOAD_TOO_LARGE')
    expectProblem(await postBytes(tintype, large.subarray(0, maxByteSize)), 400, 'NOT_AN_IMAGE')
  })
})
