import { makeImage } from '@tintype/imaging/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fieldPart, filePart, type Part, writeForm } from './support/multipart.ts'
import { type Answer, chunkOf, openConnection, requestHead } from './support/raw-http.ts'
import { startTintype, type Tintype } from './support/start-tintype.ts'
import {
  expectPhoto,
  expectProblem,
  keepsNothing,
  postBytes,
  postForm,
  readMetric,
} from './support/uploads.ts'

const maxByteSize = 256 * 1024

let tintype: Tintype
let jpeg: Uint8Array

beforeAll(async () => {
  tintype = await startTintype({ env: { TINTYPE_MAX_UPLOAD_SIZE: '256kb' } })
  jpeg = await makeImage({ width: 80, height: 60, format: 'jpeg' })
})
afterAll(() => tintype[Symbol.asyncDispose]())

/** A JPEG padded to this size with bytes after its end. */
const imageOf = (byteSize: number) => Buffer.concat([jpeg, Buffer.alloc(byteSize - jpeg.length)])

/** Sends a part of a body in chunks, without ever ending it. */
async function sendChunks(contentType: string, chunks: readonly Uint8Array[]): Promise<Answer> {
  using connection = await openConnection(tintype.url)
  const head = { 'Content-Type': contentType, 'Transfer-Encoding': 'chunked' }
  await connection.write(requestHead('POST /photos', head))
  const answer = connection.answer()
  for (const chunk of chunks) await connection.write(chunkOf(chunk))
  return await answer
}

describe('bytes of the file', () => {
  test('B081 exactly as many as allowed', async () => {
    expect(expectPhoto(await postBytes(tintype, imageOf(maxByteSize))).byteSize).toBe(maxByteSize)
    expect(expectPhoto(await postForm(tintype, [filePart(imageOf(maxByteSize))])).byteSize).toBe(maxByteSize)
  })

  test('B081 one too many', async () => {
    await keepsNothing(tintype, async () => {
      const raw = expectProblem(await postBytes(tintype, imageOf(maxByteSize + 1)), 413, 'PAYLOAD_TOO_LARGE')
      expect(raw).toMatchObject({ limit: maxByteSize, received: maxByteSize + 1 })
      const form = await postForm(tintype, [filePart(imageOf(maxByteSize + 1))])
      expect(expectProblem(form, 413, 'PAYLOAD_TOO_LARGE')).toMatchObject({ limit: maxByteSize })
    })
  })

  test('B064 B082 in chunks, exactly as many as allowed', async () => {
    using connection = await openConnection(tintype.url)
    const headers = { 'Content-Type': 'image/jpeg', 'Transfer-Encoding': 'chunked' }
    await connection.write(requestHead('POST /photos', headers))
    const image = imageOf(maxByteSize)
    for (let at = 0; at < image.length; at += 65_536) {
      await connection.write(chunkOf(image.subarray(at, at + 65_536)))
    }
    await connection.write(chunkOf(''))
    expect(expectPhoto(await connection.answer()).byteSize).toBe(maxByteSize)
  })

  test('B082 in chunks, one too many is answered while the client still sends', async () => {
    const answer = await keepsNothing(tintype, () =>
      sendChunks('image/jpeg', [imageOf(maxByteSize), Buffer.from('x')]),
    )
    expectProblem(answer, 413, 'PAYLOAD_TOO_LARGE')
    expect(answer.headers.get('connection')).toBe('close')
  })

  test('B082 in a form of chunks, one too many is answered while the client still sends', async () => {
    const { contentType, body, boundary } = writeForm([filePart(imageOf(maxByteSize + 1))])
    const unfinished = body.subarray(0, body.length - boundary.length - 8)
    const answer = await keepsNothing(tintype, () => sendChunks(contentType, [unfinished]))
    expectProblem(answer, 413, 'PAYLOAD_TOO_LARGE')
  })

  test('B062 a form that declares no more than its fields may add is answered as soon as its file is too large', async () => {
    const { contentType, body } = writeForm([filePart(imageOf(maxByteSize + 1))])
    await keepsNothing(tintype, async () => {
      using connection = await openConnection(tintype.url)
      const headers = { 'Content-Type': contentType, 'Content-Length': maxByteSize + 1_000_000 }
      await connection.write(requestHead('POST /photos', headers))
      await connection.write(body.subarray(0, maxByteSize + 400))
      expectProblem(await connection.answer(), 413, 'PAYLOAD_TOO_LARGE')
    })
  })

  test.each(['image/jpeg', 'multipart/form-data; boundary=b'])(
    'B062 a %s that declares too much is answered before its first byte',
    async (type) => {
      using connection = await openConnection(tintype.url)
      const headers = { 'Content-Type': type, 'Content-Length': 3_000_000_000 }
      await connection.write(requestHead('POST /photos', headers))
      const answer = await connection.answer()
      expect(expectProblem(answer, 413, 'PAYLOAD_TOO_LARGE')).toMatchObject({ received: 3_000_000_000 })
      expect(answer.headers.get('connection')).toBe('close')
    },
  )

  test('B061 B082 more bytes than declared are not part of the upload', async () => {
    using connection = await openConnection(tintype.url)
    const image = imageOf(maxByteSize)
    await connection.write(
      requestHead('POST /photos', { 'Content-Type': 'image/jpeg', 'Content-Length': image.length }),
    )
    await connection.write(Buffer.concat([image, Buffer.from('\0surplus')]))
    expect(expectPhoto(await connection.answer()).byteSize).toBe(maxByteSize)
    await connection.ended
  })
})

describe('B084 the neighbours of every limit of a form', () => {
  const fields = (count: number): Part[] => Array.from({ length: count }, (_, at) => fieldPart(`f${at}`, 'x'))
  const nameless = (count: number): Part[] =>
    Array.from({ length: count }, () => ({ headers: ['X-Part: 1'], body: '' }))
  const boundary = (length: number) => ({ boundary: 'b'.repeat(length) })
  const file = () => filePart(jpeg)

  test.each([
    { what: '16 fields', form: () => writeForm([...fields(16), file()]) },
    { what: '20 parts', form: () => writeForm([...fields(16), ...nameless(3), file()]) },
    { what: '64 KiB in a field', form: () => writeForm([fieldPart('x', 'x'.repeat(65_536)), file()]) },
    { what: '64 KiB of UTF-8', form: () => writeForm([fieldPart('x', '🐈'.repeat(16_384)), file()]) },
    { what: '100 bytes of field name', form: () => writeForm([fieldPart('n'.repeat(100), 'x'), file()]) },
    { what: '70 characters of boundary', form: () => writeForm([file()], boundary(70)) },
    { what: '1 character of boundary', form: () => writeForm([file()], boundary(1)) },
    {
      what: '300 characters of title',
      form: () => writeForm([fieldPart('title', '🐈'.repeat(150)), file()]),
    },
    { what: '2000 characters of alt', form: () => writeForm([fieldPart('alt', 'x'.repeat(2000)), file()]) },
    { what: '64 characters of tag', form: () => writeForm([fieldPart('tags', 'x'.repeat(64)), file()]) },
  ])('$what are accepted', async ({ form }) => {
    expectPhoto(await postForm(tintype, form()))
  })

  const limit = { status: 413, code: 'PAYLOAD_TOO_LARGE' }
  const framing = { status: 400, code: 'INVALID_MULTIPART' }
  const words = { status: 400, code: 'INVALID_REQUEST' }
  test.each([
    { what: '17 fields', ...limit, form: () => writeForm([...fields(17), file()]) },
    { what: '17 fields after the file', ...limit, form: () => writeForm([file(), ...fields(17)]) },
    { what: '21 parts', ...limit, form: () => writeForm([...fields(16), ...nameless(4), file()]) },
    {
      what: '21 parts, the file first',
      ...limit,
      form: () => writeForm([file(), ...fields(16), ...nameless(4)]),
    },
    { what: '64 KiB and 1', ...limit, form: () => writeForm([fieldPart('x', 'x'.repeat(65_537)), file()]) },
    { what: 'B031 2 MiB', ...limit, form: () => writeForm([fieldPart('x', 'x'.repeat(1_400_000)), file()]) },
    {
      what: '101 bytes of name',
      ...framing,
      form: () => writeForm([fieldPart('n'.repeat(101), 'x'), file()]),
    },
    { what: '101 bytes of é', ...framing, form: () => writeForm([fieldPart('é'.repeat(51), 'x'), file()]) },
    { what: '71 of boundary', ...framing, form: () => writeForm([file()], boundary(71)) },
    { what: '301 of title', ...words, form: () => writeForm([fieldPart('title', 'x'.repeat(301)), file()]) },
    { what: '2001 of alt', ...words, form: () => writeForm([file(), fieldPart('alt', 'x'.repeat(2001))]) },
    { what: '65 of a tag', ...words, form: () => writeForm([fieldPart('tags', 'x'.repeat(65)), file()]) },
  ])('$what are refused', async ({ status, code, form }) => {
    const answer = await keepsNothing(tintype, () => postForm(tintype, form()))
    expectProblem(answer, status, code)
  })

  test('32 tags are accepted, 33 are not; in a form they are fields, at most 16', async () => {
    const tags = (count: number) => `?${Array.from({ length: count }, (_, at) => `tags=t${at}`).join('&')}`
    expect(expectPhoto(await postBytes(tintype, jpeg, { query: tags(32) })).tags).toHaveLength(32)
    expectProblem(await postBytes(tintype, jpeg, { query: tags(33) }), 400, 'INVALID_REQUEST')
  })
})

describe('a form that never ends', () => {
  const filler = Array.from({ length: 40 }, () => Buffer.alloc(64 * 1024, 'x'))

  test('B010 in its preamble', async () => {
    const answer = await keepsNothing(tintype, () => sendChunks('multipart/form-data; boundary=b', filler))
    expectProblem(answer, 413, 'PAYLOAD_TOO_LARGE')
  })

  test('B011 in its epilogue', async () => {
    const { contentType, body } = writeForm([filePart(jpeg)])
    const answer = await keepsNothing(tintype, () => sendChunks(contentType, [body, ...filler]))
    expectProblem(answer, 413, 'PAYLOAD_TOO_LARGE')
  })

  test('B019 in a file of another name', async () => {
    const other = { name: 'other', filename: 'a.jpg', body: '' }
    const { contentType, body } = writeForm([other], { end: '' })
    const answer = await keepsNothing(tintype, () => sendChunks(contentType, [body, ...filler]))
    expectProblem(answer, 413, 'PAYLOAD_TOO_LARGE')
  })

  test.each([
    { what: 'B029 fields', part: fieldPart('f', 'x') },
    { what: 'B028 parts without a name', part: { headers: ['X-Part: 1'], body: '' } },
  ])('in its $what is answered after the limit, not after the body', async ({ part }) => {
    const { contentType, body } = writeForm(
      Array.from({ length: 30 }, () => part),
      { end: '' },
    )
    const answer = await keepsNothing(tintype, () => sendChunks(contentType, [body]))
    expectProblem(answer, 413, 'PAYLOAD_TOO_LARGE')
  })
})

test('afterwards no upload is running', async () => {
  expect(await readMetric(tintype, 'tintype_uploads_in_flight')).toBe(0)
})
