import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import { makeImage } from '@tintype/imaging/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chunkOf, openConnection, requestHead, sendRaw } from './support/raw-http.ts'
import { lastingHeaders, send } from './support/send.ts'
import { startTintype, type Tintype } from './support/start-tintype.ts'
import { readMedia, uploadPhoto } from './support/upload.ts'
import { ask, expectProblem, postBytes, readMetric } from './support/uploads.ts'

let tintype: Tintype
beforeAll(async () => {
  tintype = await startTintype()
})
afterAll(() => tintype[Symbol.asyncDispose]())

const bodyOf = async (path: string) => JSON.parse((await ask(tintype, path)).body.toString())

describe('health', () => {
  test('B315: it reports only that the process runs', async () => {
    const answer = await ask(tintype, '/healthz')
    expect([answer.status, answer.body.toString()]).toEqual([200, '{"status":"ok"}'])
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(answer.headers.get('x-powered-by') ?? answer.headers.get('server')).toBeNull()
  })

  test('it is ready, with a check for each part', async () => {
    expect(await bodyOf('/readyz')).toEqual({
      status: 'ready',
      missing: [],
      checks: { storage: 'ok', staging: 'ok', catalog: 'ok', decoders: 'ok', server: 'ok' },
    })
  })

  test('B164: not without its storage; the missing part is named, the rest works, and it recovers', async () => {
    await using own = await startTintype()
    const image = await makeImage({ width: 30, height: 20, format: 'jpeg' })
    const photo = await uploadPhoto(own.url, image)
    await readMedia(own.url, photo.thumbnail.url)
    const [media, away] = ['media', 'media-away'].map((name) => join(own.dataDirectory, name)) as [
      string,
      string,
    ]
    await rename(media, away)

    const ready = await ask(own, '/readyz')
    expect([ready.status, ready.headers.get('retry-after')]).toEqual([503, '1'])
    const { missing, checks } = JSON.parse(ready.body.toString())
    expect({ missing, checks }).toMatchObject({
      missing: ['storage'],
      checks: { storage: 'STORAGE_UNAVAILABLE', catalog: 'ok' },
    })
    expect(ready.body.toString()).not.toContain(own.dataDirectory)
    // A load balancer keeps the server: its clients get the typed 503.
    const node = await ask(own, '/readyz/node')
    expect([node.status, JSON.parse(node.body.toString())]).toEqual([
      200,
      { status: 'ready', missing: [], checks: { staging: 'ok', server: 'ok' } },
    ])
    expect((await ask(own, '/healthz')).status).toBe(200)
    expectProblem(await postBytes(own, image), 503, 'STORAGE_UNAVAILABLE')
    expectProblem(await ask(own, photo.url), 503, 'STORAGE_UNAVAILABLE')
    expect((await ask(own, `/photos/${photo.id}`)).status).toBe(200)

    await rename(away, media)
    // its checks are kept for two seconds
    await expect.poll(async () => (await ask(own, '/readyz')).status, { timeout: 10_000 }).toBe(200)
    expect((await readMedia(own.url, photo.url)).equals(image)).toBe(true)
    expect((await postBytes(own, image)).status).toBe(201)
  })
})

describe('metrics', () => {
  const labels = async () => {
    const text = (await ask(tintype, '/metrics')).body.toString()
    const lines = text.split('\n').filter((line) => line.startsWith('tintype_requests_total'))
    return {
      text,
      routes: new Set(lines.map((line) => /route="([^"]*)"/.exec(line)?.[1])),
      series: text.split('\n').length,
    }
  }

  test('are for Prometheus', async () => {
    const answer = await ask(tintype, '/metrics')
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4; charset=utf-8/)
    for (const name of [
      'tintype_photos',
      'tintype_uploads_in_flight',
      'tintype_decodes_active',
      'tintype_decodes_queued',
    ]) {
      expect(await readMetric(tintype, name)).toBe(0)
    }
    await uploadPhoto(tintype.url, await makeImage({ width: 8, height: 8, format: 'png' }))
    const { text } = await labels()
    expect(text).toContain('tintype_photos 1\n')
    expect(text).toContain('tintype_requests_total{method="POST",route="/photos",status="201"} 1')
    expect(text).toMatch(/tintype_request_duration_seconds_count\{method="POST",route="\/photos"\} 1/)
    const id = '0193f6a2-7c1e-7b3a-9d2e-5f60718293a4'
    await ask(tintype, `/photos/${id}`)
    const input = encodeURIComponent(JSON.stringify({ 0: { id }, 1: { id } }))
    await ask(tintype, `/trpc/photos.get,photos.get?batch=1&input=${input}`)
    expect(await readMetric(tintype, 'tintype_errors_total\\{code="PHOTO_NOT_FOUND"\\}')).toBeGreaterThan(2)
  })

  test('have one label for each route, for any requests', async () => {
    const visit = async (at: number) => {
      const id = `0193f6a2-7c1e-7b3a-9d2e-${String(at).padStart(12, '0')}`
      const odd = [
        `/x${at}`,
        `/photos/${at}`,
        `/photos/${id}`,
        `/media/${at}`,
        `/media/${id}.jpg`,
        `/media/${id}/w${at}.jpg`,
      ]
      const more = [
        `/static/${at}.js`,
        `/trpc/a${at}`,
        `/trpc/photos.get,x${at}`,
        `/%${at}`,
        `//${at}`,
        `/trpc/toString,${at}`,
      ]
      const methods = ['PURGE', 'PROPFIND', 'MKCOL', 'PUT', 'LOCK', 'REPORT'][at % 6]
      for (const path of [...odd, ...more]) await send(tintype.url, path)
      for (const path of odd) await send(tintype.url, path, { method: methods ?? '' })
      const names = ['photos.list', 'photos.get', 'system.limits', 'thumbnails.list']
      const calls = [names[at % 4], names[(at >> 2) % 4], names[(at >> 4) % 4]].join(',')
      await send(tintype.url, `/trpc/${calls}?batch=1`)
    }
    for (let at = 0; at < 12; at++) await visit(at)
    const before = await labels()
    for (let at = 12; at < 60; at++) await visit(at)
    const after = await labels()
    const known = [
      '/',
      '/healthz',
      '/media/…',
      '/media/:id.:ext',
      '/media/:id/:rendition.:ext',
      '/metrics',
      '/photos',
    ]
    const others = [
      '/photos/:id',
      '/photos/thumbnail',
      '/readyz',
      '/readyz/node',
      '/static/…',
      '/trpc/…',
      '/trpc/batch',
      'unmatched',
    ]
    const procedures = ['photos.list', 'photos.get', 'system.limits', 'thumbnails.list'].map(
      (name) => `/trpc/${name}`,
    )
    expect(
      [...after.routes].filter((route) => ![...known, ...others, ...procedures].includes(route ?? '')),
    ).toEqual([])
    // New labels of six procedures and some statuses, but none for each request.
    expect(after.series - before.series).toBeLessThan(80)
    expect(after.text).not.toMatch(/PURGE|PROPFIND|MKCOL|LOCK|REPORT|toString|x1\d/)
  })
})

describe('every answer', () => {
  test.each([
    '/healthz',
    '/metrics',
    '/photos/x',
    '/media/x',
    '/trpc/photos.list',
    '/trpc/x',
    '/static/x',
    '/nothing',
    '/',
  ])('%s has an id that is in the log', async (path) => {
    const { headers, status } = await ask(tintype, path)
    const requestId = headers.get('x-request-id')
    const line = await tintype.logged((one) => one.event === 'request' && one.requestId === requestId)
    expect(line).toMatchObject({ method: 'GET', status, durationMs: expect.any(Number) })
    expect(String(line.route)).not.toContain('/nothing')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('content-security-policy')).toContain("default-src 'none'")
  })

  test('a caller can name its request: in the answer, the log and the problem', async () => {
    const named = { headers: { 'x-request-id': 'Root=1-67891233-abcdef' } }
    const { body } = await ask(tintype, '/photos/x', named)
    expect(JSON.parse(Buffer.from(body).toString()).requestId).toBe('Root=1-67891233-abcdef')
    const line = await tintype.logged(
      (one) => one.event === 'refused' && one.requestId === 'Root=1-67891233-abcdef',
    )
    expect(line.client).toMatch(/^(?:127\.0\.0\.1|::1)$/)
  })

  test('a path without a route gets ROUTE_NOT_FOUND', async () => {
    for (const path of [
      '/nothing',
      '/photos/x/y',
      '/photo',
      '/healthz/x',
      '/favicon.ico',
      '/.env',
      '/index.html',
      '/robots.txt',
    ]) {
      expectProblem(await ask(tintype, path), 404, 'ROUTE_NOT_FOUND')
    }
    expectProblem(await ask(tintype, '/photos/x'), 404, 'PHOTO_NOT_FOUND')
  })

  test('B078, B287: headers of proxies are not read, however long', async () => {
    const plain = await send(tintype.url, '/healthz')
    for (const junk of [',"'.repeat(7000), 'for="'.repeat(2800), '\t,'.repeat(7000)]) {
      for (const name of ['X-Forwarded-For', 'X-Forwarded-Host', 'X-Forwarded-Proto', 'Forwarded']) {
        const answer = await send(tintype.url, '/healthz', { headers: { [name]: junk } })
        expect([answer.status, lastingHeaders(answer)]).toEqual([200, lastingHeaders(plain)])
      }
    }
  })
})

describe('on the wire', () => {
  const post = (headers: Record<string, string>, body = '') => requestHead('POST /photos', headers) + body
  const length = (value: string) => post({ 'Content-Type': 'image/png', 'Content-Length': value }, 'abcde')
  const garbage: [string, string][] = [
    ['no HTTP at all', 'garbage\r\n\r\n'],
    ['TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'],
    ['HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['line feeds only', 'GET /healthz HTTP/1.1\nHost: localhost\n\n'],
    ['a folded header', requestHead('GET /healthz').replace('\r\n\r\n', '\r\n folded: x\r\n\r\n')],
    ['a space before the colon', requestHead('GET /healthz', { 'X ': 'x' })],
    ['a NUL in a header', requestHead('GET /healthz', { X: 'a\0b' })],
    ['no Host', 'GET /healthz HTTP/1.1\r\n\r\n'],
    [
      'two lengths',
      post({ 'Content-Length': '5' }).replace('\r\n\r\n', '\r\nContent-Length: 6\r\n\r\nabcde'),
    ],
    ['a length and chunks', post({ 'Content-Length': '5', 'Transfer-Encoding': 'chunked' }, '0\r\n\r\n')],
    ['chunks under another name', post({ 'Transfer-Encoding': 'xchunked' }, '0\r\n\r\n')],
    ['a negative length', length('-5')],
    ['a signed length', length('+5')],
    ['a hexadecimal length', length('0x5')],
    ['a length of 2^64', length('18446744073709551616')],
    ['a length that is not a number', length('five')],
    ['an unknown method', requestHead('FOO /healthz')],
    ['a target with spaces', requestHead('GET /a b')],
    ['a target without a path', requestHead('GET http://')],
    ['a target that is not a URL', requestHead('GET http://[/photos')],
  ]
  test.each(garbage)('B063, B069, B076: %s is refused, and the connection closed', async (_name, bytes) => {
    using connection = await openConnection(tintype.url)
    const [answer] = await Promise.all([connection.answer(), connection.write(Buffer.from(bytes, 'latin1'))])
    expect(answer.status).toBe(400)
    if (/^GET http:/.test(bytes)) return // the HTTP is valid, only its target is not
    expectProblem(answer, 400, 'INVALID_REQUEST')
    expect(answer.headers.get('connection')).toBe('close')
    await connection.ended
  })

  test('B069: headers beyond 16 KiB, by size or number', async () => {
    const many = Object.fromEntries(Array.from({ length: 2000 }, (_, at) => [`x-${at}`, 'y']))
    for (const headers of [{ X: 'a'.repeat(17_000) }, many]) {
      expect((await sendRaw(tintype.url, requestHead('GET /healthz', headers))).status).toBe(431)
    }
    const odd = { constructor: 'a', toString: 'b', hasOwnProperty: 'c', prototype: 'd' }
    const head = requestHead('GET /healthz', odd).replace('\r\n\r\n', '\r\n__proto__: e\r\n\r\n')
    expect((await sendRaw(tintype.url, head)).status).toBe(200)
  })

  test('B067: an unexpected body does not keep the connection open', async () => {
    for (const headers of [{ 'Content-Length': 1_000_000 }, { 'Transfer-Encoding': 'chunked' }]) {
      using connection = await openConnection(tintype.url)
      await connection.write(requestHead('GET /healthz', headers))
      expect((await connection.answer()).headers.get('connection')).toBe('close')
      await connection.ended
    }
    using connection = await openConnection(tintype.url)
    const chunked = { 'Content-Type': 'application/json', 'Transfer-Encoding': 'chunked' }
    await connection.write(requestHead('POST /trpc/photos.update', chunked))
    await connection.write(chunkOf(Buffer.alloc(300 * 1024)))
    expect((await connection.answer()).status).toBe(413)
    await connection.ended
  })

  test('requests on one connection are answered in their order', async () => {
    using connection = await openConnection(tintype.url)
    await connection.write(
      requestHead('GET /healthz') + requestHead('GET /photos/x') + requestHead('GET /readyz'),
    )
    const statuses = [await connection.answer(), await connection.answer(), await connection.answer()]
    expect(statuses.map(({ status }) => status)).toEqual([200, 404, 200])
  })
})
