import { gzipSync } from 'node:zlib'
import { makeImage } from '@tintype/imaging/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Envelope, mutate, query } from './support/call.ts'
import { openConnection, requestHead } from './support/raw-http.ts'
import { startTintype, type Tintype } from './support/start-tintype.ts'
import { uploadPhoto } from './support/upload.ts'
import { ask, expectProblem, type PhotoJson, type ProblemJson, postBytes } from './support/uploads.ts'

const unknownId = '0193f6a2-7c1e-7b3a-9d2e-5f60718293a4'
const json = { 'Content-Type': 'application/json' }
let tintype: Tintype
let photo: PhotoJson
beforeAll(async () => {
  tintype = await startTintype()
  photo = await uploadPhoto(tintype.url, await makeImage({ width: 20, height: 10, format: 'png' }))
})
afterAll(() => tintype[Symbol.asyncDispose]())

/** Posts a body as it is. */
const post = (name: string, body: string | Uint8Array, headers: Record<string, string> = json) =>
  fetch(`${tintype.url}/trpc/${name}`, { method: 'POST', headers, body: new Uint8Array(Buffer.from(body)) })

/** Reads a refusal, in the one form that every refusal has inside tRPC. */
async function expectRefusal(answer: Response, status: number, code: string): Promise<ProblemJson> {
  const text = await answer.text()
  const { error } = JSON.parse(text) as Envelope
  expect([answer.status, error?.data.code], text).toEqual([status, code])
  expect(answer.headers.get('content-type')).toBe('application/json')
  expect(answer.headers.get('cache-control')).toBe('no-store')
  expect(answer.headers.get('vary')).toContain('Origin')
  expect(error?.data).toMatchObject({
    status,
    detail: error?.message,
    requestId: answer.headers.get('x-request-id'),
  })
  expect(error?.data.type).toBe(`urn:tintype:problem:${code.toLowerCase().replaceAll('_', '-')}`)
  expect(text).not.toMatch(/"stack"|node_modules|file:\/\/|\.ts:\d/) // B293
  if (!error) throw new Error('unreachable')
  return error.data
}

describe('one call', () => {
  test('reads, changes and deletes a photo', async () => {
    const { id } = await uploadPhoto(tintype.url, await makeImage({ width: 9, height: 9, format: 'png' }))
    const got = await query<PhotoJson>(tintype.url, 'photos.get', { id })
    expect(got.data).toEqual(JSON.parse((await ask(tintype, `/photos/${id}`)).body.toString()))
    const changed = await mutate<PhotoJson>(tintype.url, 'photos.update', {
      id,
      title: ' T ',
      alt: 'A',
      tags: ['b', 'a', 'b'],
    })
    expect(changed.data).toEqual({ ...got.data, title: 'T', alt: 'A', tags: ['b', 'a'] })
    const cleared = await mutate<PhotoJson>(tintype.url, 'photos.update', { id, title: null, tags: [] })
    expect(cleared.data).toEqual({ ...got.data, alt: 'A' })
    expect((await mutate(tintype.url, 'photos.delete', { id })).data).toEqual({ id })
    expect((await query(tintype.url, 'photos.get', { id })).problem?.code).toBe('PHOTO_NOT_FOUND')
  })

  test('is not cached, varies by origin, and has its request id', async () => {
    const { status, headers } = await query(tintype.url, 'photos.get', { id: photo.id })
    expect([status, headers.get('cache-control'), headers.get('content-type')]).toEqual([
      200,
      'no-store',
      'application/json',
    ])
    expect(headers.get('vary')?.split(', ')).toEqual(['Origin', 'trpc-accept', 'accept'])
    expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
    const head = await fetch(`${tintype.url}/trpc/system.limits`, { method: 'HEAD' })
    const full = await fetch(`${tintype.url}/trpc/system.limits`)
    expect([head.status, head.headers.get('content-length')]).toEqual([
      200,
      String((await full.arrayBuffer()).byteLength),
    ])
  })

  test('fails with the problem that plain HTTP has', async () => {
    const { status, problem } = await query(tintype.url, 'photos.get', { id: unknownId })
    const plain = expectProblem(await ask(tintype, `/photos/${unknownId}`), 404, 'PHOTO_NOT_FOUND')
    expect(status).toBe(404)
    expect({ ...problem, requestId: '' }).toEqual({ ...plain, requestId: '' })
  })

  test.each([
    'photos.nope',
    '',
    'photos',
    'photos.list.x',
    '__proto__',
    'photos.__proto__',
    'constructor',
    'toString',
    'photos/list',
  ])('B293: there is no procedure "%s"', async (name) => {
    await expectRefusal(await fetch(`${tintype.url}/trpc/${name}`), 404, 'ROUTE_NOT_FOUND')
    await expectRefusal(await post(name, '{}'), 404, 'ROUTE_NOT_FOUND')
  })

  test('B233, B293: GET never changes anything, and a query is not a POST', async () => {
    const input = encodeURIComponent(JSON.stringify({ id: photo.id }))
    const read = await fetch(`${tintype.url}/trpc/photos.delete?input=${input}`)
    await expectRefusal(read, 405, 'METHOD_NOT_ALLOWED')
    expect(read.headers.get('allow')).toBe('POST')
    const posted = await post('photos.get', JSON.stringify({ id: photo.id }))
    await expectRefusal(posted, 405, 'METHOD_NOT_ALLOWED')
    expect(posted.headers.get('allow')).toBe('GET, HEAD')
    for (const method of ['PUT', 'DELETE', 'PATCH']) {
      const other = await fetch(`${tintype.url}/trpc/photos.delete?input=${input}`, { method, headers: json })
      await expectRefusal(other, 405, 'METHOD_NOT_ALLOWED')
      expect(other.headers.get('allow')).toBe('GET, HEAD, POST')
    }
    const posing = await post('photos.get', JSON.stringify({ id: photo.id }), {
      ...json,
      'X-HTTP-Method-Override': 'GET',
    })
    expect(posing.status).toBe(405)
    expect((await query(tintype.url, 'photos.get', { id: photo.id })).status).toBe(200)
  })
})

describe('bodies', () => {
  const text = (byteSize: number) => {
    const [before, after] = [`{"id":"${unknownId}","title":"`, '"}']
    return before + 'x'.repeat(byteSize - before.length - after.length) + after
  }

  test('B288: 256 KiB are read, one byte more is not, whether it is declared or not', async () => {
    await expectRefusal(await post('photos.update', text(256 * 1024)), 400, 'INVALID_REQUEST')
    const problem = await expectRefusal(
      await post('photos.update', text(256 * 1024 + 1)),
      413,
      'PAYLOAD_TOO_LARGE',
    )
    expect(problem).toMatchObject({ limit: 262_144, received: 262_145 })
    const stream = new Blob([text(300_000)]).stream()
    const init: RequestInit & { duplex: 'half' } = {
      method: 'POST',
      headers: json,
      body: stream,
      duplex: 'half',
    }
    await expectRefusal(await fetch(`${tintype.url}/trpc/photos.update`, init), 413, 'PAYLOAD_TOO_LARGE')
  })

  test.each([
    '',
    '{',
    '{"id":}',
    'null garbage',
    '\ufeff{}',
    "{'id':1}",
    '[1,]',
    '{"id":"\u0000"}',
    '\ud800',
  ])('B288: %j is no JSON', async (body) => {
    await expectRefusal(await post('photos.update', body), 400, 'INVALID_REQUEST')
  })

  test.each([
    'null',
    '[]',
    '"x"',
    '1e400',
    '{}',
    '{"id":9007199254740993}',
    '{"id":null}',
    '{"id":["a"]}',
    `{"id":"${unknownId}","x":1}`,
  ])('B290: %s is no input', async (body) => {
    await expectRefusal(await post('photos.update', body), 400, 'INVALID_REQUEST')
  })

  test('B288: the last of two keys counts', async () => {
    const answer = await post('photos.update', `{"id":"${photo.id}","title":"one","title":"two"}`)
    expect(await answer.json()).toMatchObject({ result: { data: { title: 'two' } } })
  })

  test.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/octet-stream',
    'application/jsonx',
    'application/json, text/plain',
    '',
  ])('B233, B288: a body of type "%s" is not read', async (type) => {
    const answer = await post('photos.delete', JSON.stringify({ id: photo.id }), { 'Content-Type': type })
    await expectRefusal(answer, 415, 'UNSUPPORTED_MEDIA_TYPE')
  })

  test('B036: a compressed body is refused', async () => {
    const gzip = { ...json, 'Content-Encoding': 'gzip' }
    await expectRefusal(await post('photos.update', gzipSync('{}'), gzip), 415, 'UNSUPPORTED_MEDIA_TYPE')
  })

  test('B289: JSON nested 100 000 deep is refused', async () => {
    const deep = (open: string, close: string, depth: number) => open.repeat(depth) + close.repeat(depth)
    for (const body of [deep('[', ']', 100_000), '['.repeat(100_000), deep('{"a":', '}', 40_000)]) {
      await expectRefusal(await post('photos.update', body), 400, 'INVALID_REQUEST')
    }
    const nested = `{"id":"${photo.id}","tags":${deep('[', ']', 100_000)}}`
    await expectRefusal(await post('photos.update', nested), 400, 'INVALID_REQUEST')
    expect((await ask(tintype, '/healthz')).status).toBe(200)
  })

  test('B285: names such as __proto__ are ordinary names', async () => {
    const inputs = [
      `{"id":"${photo.id}","__proto__":{"title":"polluted"}}`,
      `{"id":"${photo.id}","constructor":{"prototype":{"title":"polluted"}}}`,
      `{"__proto__":{"id":"${photo.id}","title":"polluted"}}`,
    ]
    for (const input of inputs)
      await expectRefusal(await post('photos.update', input), 400, 'INVALID_REQUEST')
    const batch = await post(
      'photos.update?batch=1',
      `{"__proto__":{"0":{"id":"${photo.id}","title":"polluted"}}}`,
    )
    expect(batch.status).toBe(400)
    const fresh = await uploadPhoto(tintype.url, await makeImage({ width: 5, height: 5, format: 'png' }))
    expect([fresh.title, fresh.alt, fresh.tags]).toEqual([null, null, []])
  })

  test('B067: a body that stops is not waited for', async () => {
    await using impatient = await startTintype({ env: { TINTYPE_UPLOAD_IDLE_TIMEOUT: '300ms' } })
    using connection = await openConnection(impatient.url)
    const head = requestHead('POST /trpc/photos.update', { ...json, 'Content-Length': 100 })
    await connection.write(`${head}{"id":`)
    const answer = await connection.answer()
    const { error } = JSON.parse(answer.body.toString()) as Envelope
    expect([answer.status, error?.data.code]).toEqual([408, 'UPLOAD_TIMEOUT'])
    await connection.ended
  })
})

describe('batches', () => {
  const names = (count: number, name: string) => Array.from({ length: count }, () => name).join(',')

  test('B291: 20 calls are answered one by one', async () => {
    const inputs = Object.fromEntries(Array.from({ length: 20 }, (_, at) => [at, { id: photo.id }]))
    const search = `batch=1&input=${encodeURIComponent(JSON.stringify(inputs))}`
    const answer = await fetch(`${tintype.url}/trpc/${names(20, 'photos.get')}?${search}`)
    expect(answer.status).toBe(200)
    const results = (await answer.json()) as Envelope<PhotoJson>[]
    expect(results.map(({ result }) => result?.data.id)).toEqual(Array.from({ length: 20 }, () => photo.id))
  })

  test.each([',', '%2C', '%2c'])('B291: 21 are refused before any runs, joined by "%s"', async (comma) => {
    const inputs = Object.fromEntries(Array.from({ length: 21 }, (_, at) => [at, { id: photo.id }]))
    const path = names(21, 'photos.delete').replaceAll(',', comma)
    await expectRefusal(await post(`${path}?batch=1`, JSON.stringify(inputs)), 400, 'INVALID_REQUEST')
    expect((await query(tintype.url, 'photos.get', { id: photo.id })).status).toBe(200)
  })

  test('B291: each has its own code, and the answer has the status that they share', async () => {
    const batch = async (...inputs: unknown[]) => {
      const search = `batch=1&input=${encodeURIComponent(JSON.stringify({ ...inputs }))}`
      const answer = await fetch(`${tintype.url}/trpc/${names(inputs.length, 'photos.get')}?${search}`)
      const results = (await answer.json()) as Envelope[]
      return [answer.status, ...results.map(({ error }) => error?.data.code ?? 'ok')]
    }
    const [ok, missing, invalid] = [{ id: photo.id }, { id: unknownId }, { id: 'x' }]
    expect(await batch(ok, missing, invalid)).toEqual([207, 'ok', 'PHOTO_NOT_FOUND', 'INVALID_REQUEST'])
    expect(await batch(missing, missing)).toEqual([404, 'PHOTO_NOT_FOUND', 'PHOTO_NOT_FOUND'])
    expect(await batch(missing, invalid)).toEqual([207, 'PHOTO_NOT_FOUND', 'INVALID_REQUEST'])
    expect(await batch(ok)).toEqual([200, 'ok'])
  })
})

test('system.limits has the limits of an upload', async () => {
  const env = {
    TINTYPE_MAX_UPLOAD_SIZE: '64kb',
    TINTYPE_ALLOWED_FORMATS: 'png,avif',
    TINTYPE_MAX_PIXELS: '10000',
  }
  await using strict = await startTintype({ env })
  const { data } = await query<Record<string, number>>(strict.url, 'system.limits')
  expect(data).toMatchObject({
    formats: ['png', 'avif'],
    mimeTypes: ['image/png', 'image/avif'],
    maxUploadByteSize: 65_536,
    maxPixels: 10_000,
    maxAvifPixels: 5000,
    presets: { thumb: { width: 300, height: 300, fit: 'inside' } },
    widths: [160, 320, 480, 640, 960, 1280, 1920, 2560, 3840],
    renditionFormats: ['jpg', 'webp', 'avif', 'png'],
  })
  expectProblem(await postBytes(strict, Buffer.alloc(65_536)), 400, 'NOT_AN_IMAGE')
  expectProblem(await postBytes(strict, Buffer.alloc(65_537)), 413, 'PAYLOAD_TOO_LARGE')
  for (const [format, width, status] of [
    ['png', 100, 201],
    ['png', 101, 422],
    ['avif', 50, 201],
    ['avif', 51, 422],
    ['webp', 9, 400],
  ] as const) {
    const answer = await postBytes(strict, await makeImage({ width, height: 100, format }))
    expect([format, width, answer.status]).toEqual([format, width, status])
  }
})
