import { readdir } from 'node:fs/promises'
import { makeImage } from '@tintype/imaging/testing'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { abandonedUploads } from './support/abandoned-uploads.ts'
import { filePart, writeForm } from './support/multipart.ts'
import { chunkOf, openConnection, requestHead } from './support/raw-http.ts'
import { startTintype, type Tintype } from './support/start-tintype.ts'
import { expectPhoto, expectProblem, keepsNothing, readMetric, waiting } from './support/uploads.ts'

const maxByteSize = 2 * 1024 * 1024

const jpeg = await makeImage({ width: 80, height: 60, format: 'jpeg' })
const form = writeForm([filePart(jpeg)])
let tintype: Tintype

beforeAll(async () => {
  tintype = await startTintype({ env: { TINTYPE_MAX_UPLOAD_SIZE: `${maxByteSize}b` } })
})
afterAll(() => tintype[Symbol.asyncDispose]())

const headOf = (contentType: string, byteSize: number, more: Record<string, string> = {}) =>
  requestHead('POST /photos', { 'Content-Type': contentType, 'Content-Length': byteSize, ...more })
const uploadsInFlight = (count: number) =>
  vi.waitFor(async () => expect(await readMetric(tintype, 'tintype_uploads_in_flight')).toBe(count), waiting)

describe('B070 Expect: 100-continue', () => {
  const expecting = { Expect: '100-continue' }

  test('an acceptable upload gets 100, then 201', async () => {
    using connection = await openConnection(tintype.url)
    await connection.write(headOf('image/jpeg', jpeg.length, expecting))
    expect((await connection.answer()).status).toBe(100)
    await connection.write(jpeg)
    expectPhoto(await connection.answer())
  })

  test.each([
    {
      what: 'too large',
      type: 'image/jpeg',
      byteSize: maxByteSize + 1,
      status: 413,
      code: 'PAYLOAD_TOO_LARGE',
    },
    {
      what: 'of a type that is not read',
      type: 'text/plain',
      byteSize: 10,
      status: 415,
      code: 'UNSUPPORTED_MEDIA_TYPE',
    },
  ])('B062 100 Continue is not sent for an upload $what', async ({ type, byteSize, status, code }) => {
    using connection = await openConnection(tintype.url)
    await connection.write(headOf(type, byteSize, expecting))
    const answer = await connection.answer()
    expectProblem(answer, status, code)
    expect(answer.headers.get('connection')).toBe('close')
    expect(await connection.ended).toHaveLength(0)
  })

  test('h01 a client that sends its body at once all the same reads why it is refused', async () => {
    using connection = await openConnection(tintype.url)
    await connection.write(headOf('text/plain', 6_000_000, expecting))
    for (let left = 6_000_000; left > 0; left -= 60_000) await connection.write(Buffer.alloc(60_000))
    expectProblem(await connection.answer(), 415, 'UNSUPPORTED_MEDIA_TYPE')
  })

  test('another expectation fails', async () => {
    using connection = await openConnection(tintype.url)
    await connection.write(headOf('image/jpeg', jpeg.length, { Expect: 'a-miracle' }))
    expectProblem(await connection.answer(), 417, 'INVALID_REQUEST')
    await connection.ended
  })
})

describe('B071 a client that leaves', () => {
  const stages = abandonedUploads(jpeg, maxByteSize)

  for (const leave of ['reset', 'end'] as const) {
    test.each(stages)(`$what (${leave}) leaves nothing, and its slot is free`, async ({ send }) => {
      await keepsNothing(tintype, async () => {
        using connection = await openConnection(tintype.url)
        await send(connection)
        await uploadsInFlight(1)
        connection[leave]()
        await uploadsInFlight(0)
      })
    })
  }

  test('B073 after the limit was passed leaves nothing', async () => {
    await keepsNothing(tintype, async () => {
      using connection = await openConnection(tintype.url)
      await connection.write(headOf(form.contentType, maxByteSize + 1_000_000))
      await connection.write(form.body.subarray(0, -form.boundary.length - 10))
      await connection.write(Buffer.alloc(maxByteSize))
      // Not earlier: bytes in transit would be lost with the connection, and the limit would not be passed.
      expectProblem(await connection.answer(), 413, 'PAYLOAD_TOO_LARGE')
      connection.reset()
      await uploadsInFlight(0)
    })
  })

  test('B072 two hundred times leaves no file and no descriptor', async () => {
    const descriptors = () => (process.platform === 'linux' ? readdir(`/proc/${tintype.pid}/fd`) : [])
    await keepsNothing(tintype, async () => {
      const before = (await descriptors()).length
      for (let round = 0; round < 10; round += 1) {
        await Promise.all(
          Array.from({ length: 20 }, async (_, at) => {
            const connection = await openConnection(tintype.url)
            await stages[at % stages.length]?.send(connection)
            connection.reset()
          }),
        )
      }
      await uploadsInFlight(0)
      await vi.waitFor(
        async () => expect((await descriptors()).length).toBeLessThanOrEqual(before + 2),
        waiting,
      )
      await uploadsInFlight(0) // again: the last of them may have been accepted only then
    })
  })

  test('is in the log with 499', async () => {
    await tintype.logged(
      (line) => line.event === 'request' && line.status === 499 && line.route === '/photos',
    )
  })
})

describe('B074 a client that closes its side', () => {
  test.each([
    { what: 'raw', type: 'image/jpeg', body: jpeg },
    { what: 'form', type: form.contentType, body: form.body },
  ])('after a complete body ($what) still gets its answer', async ({ type, body }) => {
    using connection = await openConnection(tintype.url)
    await connection.write(headOf(type, body.length))
    await connection.write(body)
    connection.end()
    expectPhoto(await connection.answer())
    await connection.ended
  })
})

describe('B064 a body whose chunks are malformed', () => {
  test.each(['x\r\n', `${'1'.repeat(40)}\r\n`, `5;${'x'.repeat(20_000)}\r\nhello\r\n`])(
    '%.20s is refused',
    async (chunk) => {
      await keepsNothing(tintype, async () => {
        using connection = await openConnection(tintype.url)
        const headers = { 'Content-Type': 'image/jpeg', 'Transfer-Encoding': 'chunked' }
        await connection.write(requestHead('POST /photos', headers))
        await connection.write(Buffer.concat([chunkOf(jpeg.subarray(0, 300)), Buffer.from(chunk)]))
        const { status } = await connection.answer()
        expect([400, 413]).toContain(status)
        await connection.ended
        await uploadsInFlight(0)
      })
    },
  )

  test('B065 trailers set nothing', async () => {
    using connection = await openConnection(tintype.url)
    const headers = {
      'Content-Type': 'image/jpeg',
      'Transfer-Encoding': 'chunked',
      Trailer: 'Idempotency-Key',
    }
    await connection.write(requestHead('POST /photos', headers))
    await connection.write(
      Buffer.concat([chunkOf(jpeg), Buffer.from('0\r\nIdempotency-Key: a b\r\nContent-Digest: x\r\n\r\n')]),
    )
    expectPhoto(await connection.answer())
  })
})
