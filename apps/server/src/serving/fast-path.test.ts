import { once } from 'node:events'
import { mkdtempDisposable } from 'node:fs/promises'
import { createServer, type IncomingHttpHeaders, request as sendRequest } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { createApp, createRequestListener } from '@tintype/http'
import { makeImage } from '@tintype/imaging/testing'
import pino from 'pino'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { compose } from '../compose.ts'
import { parseConfig } from '../config/config.ts'

const ignore = () => undefined

/** A server with fast paths and one without, over the same library; the calls of both to library and access, and the log. */
async function serveBoth(basePath = '/') {
  await using opening = new AsyncDisposableStack()
  const home = opening.use(await mkdtempDisposable(join(tmpdir(), 'tintype-fast-paths-')))
  const lines: Record<string, unknown>[] = []
  const log = pino({ base: null }, { write: (line: string) => void lines.push(JSON.parse(line)) })
  const env = { TINTYPE_DATA_DIR: home.path, TINTYPE_BASE_PATH: basePath }
  const config = parseConfig(
    { ...env, TINTYPE_CORS_ORIGINS: 'https://shop.example', TINTYPE_MAX_CONCURRENT_UPLOADS: '2' },
    [],
  )
  const composed = opening.use(await compose(config, { log, cores: 1 }))
  const calls: unknown[] = []
  const { photos } = composed.http
  const obtainMedia: typeof photos.obtainMedia = (...wanted) => {
    calls.push(wanted)
    return photos.obtainMedia(...wanted)
  }
  const { access } = composed.http
  const authenticate: typeof access.authenticate = (request) => {
    calls.push(request)
    return access.authenticate(request)
  }
  const services = {
    ...composed.http,
    photos: { ...photos, obtainMedia },
    access: { ...access, authenticate },
  }
  const listeners = {
    fastPaths: createRequestListener(services),
    app: createApp(services).callback(),
  }
  const ports = { fastPaths: 0, app: 0 }
  for (const name of ['fastPaths', 'app'] as const) {
    const server = createServer(listeners[name]).listen(0, '127.0.0.1')
    await once(server, 'listening')
    opening.defer(async () => {
      server.close()
      await once(server, 'close')
    })
    ports[name] = (server.address() as AddressInfo).port
  }
  const owned = opening.move()
  return { services, ports, calls, lines, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

interface Sent {
  readonly path: string
  readonly method?: string
  /** Names and values in turn, so that one can come twice. */
  readonly headers?: readonly string[]
  readonly body?: Uint8Array
}

async function send(port: number, { path, method = 'GET', headers = [], body }: Sent) {
  const named = headers.some((name, at) => at % 2 === 0 && name === 'Host')
  const all = [...(named ? [] : ['Host', 'localhost']), ...headers]
  const request = sendRequest({ port, host: '127.0.0.1', path, method, headers: all, agent: false })
  request.end(body)
  const [answer] = await once(request, 'response')
  return {
    status: answer.statusCode as number,
    headers: answer.headers as IncomingHttpHeaders,
    body: await text(answer.setEncoding('latin1')),
  }
}

let both: Awaited<ReturnType<typeof serveBoth>>
let original: string
let etag: string

beforeAll(async () => {
  vi.useFakeTimers({ toFake: ['Date'] }) // an entry of the cache expires
  both = await serveBoth()
  const jpeg = await makeImage({ width: 400, height: 300, format: 'jpeg' })
  const headers = ['Content-Type', 'image/jpeg']
  const uploaded = await send(both.ports.app, { path: '/photos', method: 'POST', headers, body: jpeg })
  original = JSON.parse(uploaded.body).url
  // in memory from its second request on
  for (let round = 0; round < 2; round += 1) await send(both.ports.app, { path: original })
  etag = String((await send(both.ports.app, { path: original })).headers.etag)
})
afterAll(async () => {
  await both[Symbol.asyncDispose]()
  vi.useRealTimers()
})

/** An answer without the members that differ each time. They must be present. */
function timeless({ status, headers, body }: Awaited<ReturnType<typeof send>>) {
  const { date, 'x-request-id': requestId, ...others } = headers
  expect([date, requestId]).toEqual([expect.any(String), expect.stringMatching(/^[0-9a-f-]{36}$/)])
  return { status, headers: others, body: body.replaceAll(String(requestId), 'id') }
}

/** The log line of a request, without its duration. */
function lineOf(requestId: unknown) {
  const {
    time: _time,
    durationMs,
    requestId: _id,
    ...line
  } = both.lines.find((one) => one.event === 'request' && one.requestId === requestId) ?? {}
  expect(durationMs).toEqual(expect.any(Number))
  return line
}

async function sendToBoth(sent: Sent, { ports, calls } = both) {
  const app = await send(ports.app, sent)
  calls.length = 0
  const fast = await send(ports.fastPaths, sent)
  return { app, fast, calledApp: calls.length > 0 }
}

describe('media in memory', () => {
  test.each([
    ['whole', []],
    ['not again (304)', () => ['If-None-Match', etag]],
    ['not again, one of several tags', () => ['If-None-Match', `"other", W/${etag}`]],
    ['in part', ['Range', 'bytes=10-99']],
    ['in part, if it is unchanged', () => ['Range', 'bytes=-20', 'If-Range', etag]],
    ['to a page of an allowed origin', ['Origin', 'https://shop.example']],
    ['to a page of another origin', ['Origin', 'https://elsewhere.example']],
  ] satisfies [string, string[] | (() => string[])][])(
    'are answered as by the app: %s',
    async (_name, wanted) => {
      const headers = typeof wanted === 'function' ? wanted() : wanted
      const { app, fast, calledApp } = await sendToBoth({ path: original, headers })
      expect(calledApp).toBe(false)
      expect(timeless(fast)).toEqual(timeless(app))
      expect(lineOf(fast.headers['x-request-id'])).toEqual(lineOf(app.headers['x-request-id']))
    },
  )

  test.each<[string, Partial<Sent> | (() => Partial<Sent>), number]>([
    ['B281 a foreign Host', { headers: ['Host', 'rebound.example'] }, 403],
    ['B281 two Hosts', { headers: ['Host', 'localhost', 'Host', 'rebound.example'] }, 400],
    ['B267 a method that does not exist', { method: 'DELETE' }, 405],
    ['HEAD', { method: 'HEAD' }, 200],
    ['a precondition that fails', { headers: ['If-Match', '"other"'] }, 412],
    ['B261 a range after the end', { headers: ['Range', 'bytes=99999999-'] }, 416],
    ['a download', () => ({ path: `${original}?download` }), 200],
    ['a name that is not a photo id', { path: '/media/..%2fetc/passwd' }, 404],
    ['a request with a body', { headers: ['Content-Length', '3'], body: Buffer.from('abc') }, 200],
  ])('are left to the app: %s', async (_name, wanted, status) => {
    const sent = { path: original, ...(typeof wanted === 'function' ? wanted() : wanted) }
    const { app, fast } = await sendToBoth(sent)
    expect(fast.status).toBe(status)
    expect(timeless(fast)).toEqual(timeless(app))
  })

  test('B156 are not answered once their photo is deleted', async () => {
    const jpeg = await makeImage({ width: 40, height: 30, format: 'jpeg' })
    const headers = ['Content-Type', 'image/jpeg']
    const uploaded = await send(both.ports.app, { path: '/photos', method: 'POST', headers, body: jpeg })
    const { id, url } = JSON.parse(uploaded.body)
    for (let round = 0; round < 2; round += 1) await send(both.ports.app, { path: url })
    const { fast, calledApp } = await sendToBoth({ path: url })
    expect([fast.status, calledApp]).toEqual([200, false])
    await send(both.ports.fastPaths, { path: `/photos/${id}`, method: 'DELETE' })
    expect((await send(both.ports.fastPaths, { path: url })).status).toBe(404)
    const known = await send(both.ports.fastPaths, { path: url, headers: ['If-None-Match', '*'] })
    expect(known.status).toBe(404)
  })
})

test('B313 a fast path that fails leaves the request to the app, and the process alive', async () => {
  const { peekMedia } = both.services.photos
  both.services.photos.peekMedia = () => {
    throw new Error('unexpected')
  }
  try {
    const { fast, calledApp } = await sendToBoth({ path: original })
    expect([fast.status, calledApp]).toEqual([200, true])
    expect(both.lines).toContainEqual(
      expect.objectContaining({ event: 'failed', err: expect.objectContaining({ type: 'Error' }) }),
    )
  } finally {
    both.services.photos.peekMedia = peekMedia
  }
})

describe('an upload while all slots are in use', () => {
  const headers = ['Content-Type', 'image/jpeg', 'Origin', 'https://shop.example']
  const body = Buffer.alloc(1000)

  test.each(['/photos', '/photos?title=a', '/photos/thumbnail'])(
    'B306 is refused as by the app: POST %s',
    async (path) => {
      using _one = both.services.uploadSlots.acquire('one', ignore)
      using _other = both.services.uploadSlots.acquire('other', ignore)
      const { app, fast, calledApp } = await sendToBoth({ path, method: 'POST', headers, body })
      expect(calledApp).toBe(false)
      expect([fast.status, fast.headers['retry-after']]).toEqual([503, '1'])
      expect(timeless(fast)).toEqual(timeless(app))
      const id = fast.headers['x-request-id']
      expect(lineOf(id)).toEqual(lineOf(app.headers['x-request-id']))
      expect(both.lines.filter((line) => line.requestId === id && Number(line.level) > 40)).toEqual([])
    },
  )

  test.each<[string, readonly string[], number]>([
    ['B281 a foreign Host', ['Host', 'rebound.example'], 403],
    ['B231 a foreign page', ['Origin', 'https://elsewhere.example'], 403],
    ['a type that is never accepted', ['Content-Type', 'application/json'], 415],
    ['a malformed digest', ['Repr-Digest', 'sha-256=:short:'], 400],
    ['an empty key', ['Idempotency-Key', ''], 400],
  ])('is left to the app: %s', async (_name, others, status) => {
    using _one = both.services.uploadSlots.acquire('one', ignore)
    using _other = both.services.uploadSlots.acquire('other', ignore)
    const type = others[0] === 'Content-Type' ? [] : ['Content-Type', 'image/jpeg']
    const sent = { path: '/photos', method: 'POST', headers: [...type, ...others], body }
    const { app, fast } = await sendToBoth(sent)
    expect(fast.status).toBe(status)
    expect(timeless(fast)).toEqual(timeless(app))
  })

  test('B306 other requests are answered', async () => {
    using _one = both.services.uploadSlots.acquire('one', ignore)
    using _other = both.services.uploadSlots.acquire('other', ignore)
    for (const path of ['/healthz', original])
      expect((await send(both.ports.fastPaths, { path })).status).toBe(200)
  })
})

test('with a base path the fast paths answer below it, and nowhere else', async () => {
  await using below = await serveBoth('/a/b')
  const body = await makeImage({ width: 40, height: 30, format: 'jpeg' })
  const upload = { method: 'POST', headers: ['Content-Type', 'image/jpeg'], body }
  const { url } = JSON.parse((await send(below.ports.app, { path: '/a/b/photos', ...upload })).body)
  for (let round = 0; round < 2; round += 1) await send(below.ports.app, { path: url })
  using _one = below.services.uploadSlots.acquire('one', ignore)
  using _other = below.services.uploadSlots.acquire('other', ignore)
  for (const [sent, status] of [
    [{ path: url }, 200],
    [{ path: '/a/b/photos', ...upload }, 503],
  ] as const) {
    const inside = await sendToBoth(sent, below)
    expect([inside.fast.status, inside.calledApp]).toEqual([status, false])
    expect(timeless(inside.fast)).toEqual(timeless(inside.app))
    const outside = await sendToBoth({ ...sent, path: sent.path.replace('/a/b', '') }, below)
    expect([outside.fast.status, outside.calledApp]).toEqual([404, true])
    expect(timeless(outside.fast)).toEqual(timeless(outside.app))
  }
})
