import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { type AddressInfo, connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { errorTable, isErrorCode, type TintypeError } from '@tintype/contract'
import { describe, expect, test } from 'vitest'
import { createTintypeClient } from '../create-tintype-client.ts'
import { failureOf } from '../testing/failure-of.ts'
import { accept, openScriptedServer, photoAt, refuse, samplePhoto } from '../testing/scripted-server.ts'
import type { FailedAttempt } from '../transport/backoff.ts'
import { createUploader } from './create-uploader.ts'
import type { UploadInput } from './upload-input.ts'

const once = { attempts: 1 }

describe('what is sent', () => {
  const bytes = new TextEncoder().encode('the bytes')
  async function* generate() {
    yield bytes.subarray(0, 4)
    yield bytes.subarray(4)
  }
  const inputs: [string, () => UploadInput, { type: string; length: string | undefined }][] = [
    ['a File', () => new File([bytes], 'a.png', { type: 'image/png' }), { type: 'image/png', length: '9' }],
    ['a Blob', () => new Blob([bytes]), { type: 'application/octet-stream', length: '9' }],
    [
      'a Blob of text',
      () => new Blob([bytes], { type: 'text/html' }),
      { type: 'application/octet-stream', length: '9' },
    ],
    ['an ArrayBuffer', () => bytes.slice().buffer, { type: 'application/octet-stream', length: '9' }],
    [
      'a view',
      () => new Uint8Array([0, ...bytes, 0]).subarray(1, -1),
      { type: 'application/octet-stream', length: '9' },
    ],
    ['a stream', () => new Blob([bytes]).stream(), { type: 'application/octet-stream', length: undefined }],
    ['an iterable', generate, { type: 'application/octet-stream', length: undefined }],
  ]
  test.each(inputs)('%s, byte for byte', async (_, makeInput, { type, length }) => {
    await using server = await openScriptedServer(accept)
    expect(await createUploader(server).upload(makeInput())).toEqual(photoAt(server))
    expect(server.seen).toHaveLength(1)
    expect(server.seen[0]).toMatchObject({ method: 'POST', body: 'the bytes' })
    expect(server.seen[0]?.url.href).toBe('http://server/photos')
    expect(server.seen[0]?.headers['content-type']).toBe(type)
    expect(server.seen[0]?.headers['content-length']).toBe(length)
  })

  test.each(['a path', 'a file: URL'])('a file by %s, under its base name', async (kind) => {
    const directory = await mkdtemp(join(tmpdir(), 'tintype-client-'))
    try {
      const path = join(directory, 'größe.jpg')
      await writeFile(path, bytes)
      await using server = await openScriptedServer(accept)
      await createUploader(server).upload(kind === 'a path' ? path : pathToFileURL(path))
      expect(server.seen[0]?.body).toBe('the bytes')
      expect(server.seen[0]?.headers['content-disposition']).toBe(
        "attachment; filename*=UTF-8''gr%C3%B6%C3%9Fe.jpg",
      )
    } finally {
      await rm(directory, { recursive: true })
    }
  })

  test('headers of the caller, made again for each request, and the path of a server below a prefix', async () => {
    await using server = await openScriptedServer(accept)
    let count = 0
    const headers = async () => ({ Authorization: `Bearer ${++count}` })
    const { upload } = createUploader({ url: `${server.url}/api//?x#y`, headers })
    await upload(new Blob(['1']))
    await upload(new Blob(['2']))
    expect(server.seen.map((one) => one.headers.authorization)).toEqual(['Bearer 1', 'Bearer 2'])
    expect(server.seen[0]?.url.pathname).toBe('/api/photos')
  })

  test('a key that differs from call to call, unless the caller gives one', async () => {
    await using server = await openScriptedServer(accept)
    const { upload } = createUploader(server)
    await upload(new Blob(['1']))
    await upload(new Blob(['1']))
    await upload(new Blob(['1']), { idempotencyKey: 'mine' })
    const keys = server.seen.map((one) => one.headers['idempotency-key'])
    expect(new Set(keys).size).toBe(3)
    expect(keys[0]).toMatch(/^\d+-0\.[\de-]+$/)
    expect(keys[2]).toBe('mine')
  })

  test('by the fetch of the caller', async () => {
    const calls: string[] = []
    const { upload } = createUploader({
      url: 'http://nowhere.invalid',
      fetch: async (url) => {
        calls.push(String(url))
        return Response.json(samplePhoto, { status: 201 })
      },
    })
    expect(await upload(new Blob(['1']))).toEqual(photoAt({ url: 'http://nowhere.invalid' }))
    expect(calls).toEqual(['http://nowhere.invalid/photos'])
  })
})

describe('failures', () => {
  test.each(Object.keys(errorTable).filter(isErrorCode))('%s of the server, with its facts', async (code) => {
    await using server = await openScriptedServer(refuse(code, { 'retry-after': '7' }))
    const error = await failureOf(createUploader({ ...server, retry: once }).upload(new Blob(['1'])))
    expect(error).toMatchObject({
      code,
      message: `Refused: ${code}`,
      requestId: 'request-1',
      retryAfterSeconds: 7,
    })
    expect(error.facts).toEqual({ limit: 10 })
  })

  test("a proxy's Retry-After as a date", async () => {
    const date = new Date(Date.now() + 3_600_000).toUTCString()
    await using server = await openScriptedServer(
      ({ response }) => void response.writeHead(429, { 'retry-after': date }).end(),
    )
    const error = await failureOf(createUploader({ ...server, retry: once }).upload(new Blob(['1'])))
    expect(error.retryAfterSeconds).toSatisfy((seconds: number) => seconds > 3500 && seconds <= 3600)
  })

  test.each([
    ['HTML', 500, '<h1>Error</h1>'],
    ['JSON of another server', 200, '{"ok":true}'],
    ['nothing', 204, ''],
    ['a login page', 200, '<form>'],
  ])('an answer that is no photo (%s) is UNEXPECTED_ANSWER, and not sent again', async (_, status, text) => {
    await using server = await openScriptedServer(({ response }) => void response.writeHead(status).end(text))
    const error = await failureOf(createUploader(server).upload(new Blob(['1'])))
    const facts = { status, contentType: null, url: `${server.url}/photos`, redirected: false }
    expect(error).toMatchObject({ code: 'UNEXPECTED_ANSWER', facts, retryable: false })
    expect(server.seen).toHaveLength(1)
  })

  test.each([
    [401, 'UNAUTHENTICATED'],
    [403, 'FORBIDDEN'],
    [407, 'UNAUTHENTICATED'],
    [408, 'UPLOAD_TIMEOUT'],
    [413, 'PAYLOAD_TOO_LARGE'],
    [429, 'RATE_LIMITED'],
  ])("a proxy's own %i is %s, and its message names the proxy", async (status, code) => {
    const headers = { 'retry-after': '7', 'content-type': 'text/html' }
    // given as a function, because Node's own fetch does not return a 407
    const fetch = async () => new Response('<h1>Refused</h1>', { status, headers })
    const { upload } = createUploader({ url: 'http://nowhere.invalid', fetch, retry: once })
    const error = await failureOf(upload(new Blob(['1'])))
    expect(error).toMatchObject({ code, facts: { status, contentType: 'text/html' }, retryAfterSeconds: 7 })
    expect(error).toMatchObject({ source: 'proxy', message: expect.stringMatching(/^A proxy /) })
  })

  test.each([
    [502, '<h1>Bad gateway</h1>'],
    [503, '{"message":"Service Unavailable"}'],
    [504, ''],
    [522, 'error code: 522'],
    [530, ''],
  ])('the %i of a proxy is NETWORK_ERROR, and tried again', async (status, text) => {
    await using server = await openScriptedServer(async (turn) => {
      await turn.whole
      if (turn.count > 2) return accept(turn)
      turn.response.writeHead(status, { 'retry-after': '4' }).end(text)
    })
    const failed: TintypeError[] = []
    const waitMs = ({ error }: FailedAttempt) => failed.push(error) && 0
    expect(await createUploader({ ...server, retry: { waitMs } }).upload(new Blob(['1']))).toEqual(
      photoAt(server),
    )
    const expected = { code: 'NETWORK_ERROR', facts: { status }, retryAfterSeconds: 4 }
    expect(failed).toMatchObject([expected, expected])
    expect(new Set(server.seen.map((one) => one.headers['idempotency-key'])).size).toBe(1)
  })

  test('no server is NETWORK_ERROR', async () => {
    await using neighbour = createServer()
    await new Promise<void>((resolve) => neighbour.listen(0, '127.0.0.1', resolve))
    const { port } = neighbour.address() as AddressInfo
    // Nothing listens on the port of this end, and no other process gets it while it is open.
    await using connection = connect(port, '127.0.0.1')
    await new Promise((resolve) => connection.on('connect', resolve))
    const { upload } = createUploader({ url: `http://127.0.0.1:${connection.localPort}`, retry: once })
    expect(await failureOf(upload(new Blob(['1'])))).toMatchObject({ code: 'NETWORK_ERROR', retryable: true })
  })

  test.each([
    ['before an answer', 0],
    ['within an answer', 1],
  ])('a connection cut %s is NETWORK_ERROR', async (_, answered) => {
    await using server = await openScriptedServer(({ request, response }) => {
      if (answered) response.writeHead(201, { 'content-length': '500' }).write('{"id":')
      request.once('data', () => request.socket.destroy())
    })
    const { upload } = createUploader({ ...server, retry: once })
    expect(await failureOf(upload(new Blob(['x'.repeat(500_000)])))).toMatchObject({ code: 'NETWORK_ERROR' })
  })

  test('a refusal while bytes are still being sent is read, and the source is closed', async () => {
    await using server = await openScriptedServer(refuse('PAYLOAD_TOO_LARGE', { connection: 'close' }))
    const { promise: released, resolve: release } = Promise.withResolvers<void>()
    async function* endless() {
      try {
        for (;;) yield new Uint8Array(100_000)
      } finally {
        release()
      }
    }
    expect(await failureOf(createUploader(server).upload(endless()))).toMatchObject({
      code: 'PAYLOAD_TOO_LARGE',
    })
    await released
  })

  test('a source that fails is FILE_REQUIRED, and is not sent again', async () => {
    await using server = await openScriptedServer(accept)
    async function* failing() {
      yield new Uint8Array(10)
      throw new Error('the disk is gone')
    }
    const error = await failureOf(createUploader(server).upload(failing()))
    expect(error).toMatchObject({ code: 'FILE_REQUIRED', cause: new Error('the disk is gone') })
    expect(server.seen.length).toBeLessThanOrEqual(1)
  })

  test.each(['/secret/cat.jpg', 'file:///secret/cat.jpg', 'file:no-url'])(
    'the path %s without a file is FILE_REQUIRED with that path, which is not in the message',
    async (path) => {
      const error = await failureOf(createUploader({ url: 'http://nowhere.invalid' }).upload(path))
      expect(error).toMatchObject({ code: 'FILE_REQUIRED', facts: { path } })
      expect(error.message).not.toContain('secret')
    },
  )

  test('an input that cannot be uploaded is INVALID_REQUEST', async () => {
    const { upload } = createUploader({ url: 'http://nowhere.invalid' })
    const locked = new Blob(['1']).stream()
    locked.getReader()
    expect(await failureOf(upload(locked))).toMatchObject({ code: 'INVALID_REQUEST' })
    for (const [input, kind] of [
      [undefined, 'Undefined'],
      [null, 'Null'],
      [5, 'Number'],
      [{}, 'Object'],
      [[new Blob(['1'])], 'Array'],
    ]) {
      const error = await failureOf(upload(input as Blob))
      expect(error).toMatchObject({
        code: 'INVALID_REQUEST',
        message: expect.stringContaining(`got ${kind}`),
      })
    }
  })

  test('headers that cannot be made are INVALID_REQUEST', async () => {
    const headers = () => Promise.reject(new Error('signed out'))
    const { upload } = createUploader({ url: 'http://nowhere.invalid', headers })
    expect(await failureOf(upload(new Blob(['1'])))).toMatchObject({ code: 'INVALID_REQUEST' })
  })

  test.each([
    'file:///photos',
    'user:secret@photos.example.com',
    '//photos.example.com',
    'localhost:3000',
    '127.0.0.1:3000',
    'photos.example.com/api?key=secret',
  ])('the url %o is INVALID_REQUEST, and the message has an example', (url) => {
    const message = 'Expected a url such as http://localhost:3000, or /api in a page'
    const expected = expect.objectContaining({ code: 'INVALID_REQUEST', message })
    expect(() => createUploader({ url })).toThrow(expected)
    expect(() => createTintypeClient({ url })).toThrow(expected)
  })
})
