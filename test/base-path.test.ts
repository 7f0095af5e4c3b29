import { createTintypeClient } from '@tintype/client'
import { makeImage } from '@tintype/imaging/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openConnection, requestHead, sendRaw } from './support/raw-http.ts'
import { runServer } from './support/run-server.ts'
import { send } from './support/send.ts'
import { startTintype, type Tintype } from './support/start-tintype.ts'
import { expectProblem, type PhotoJson } from './support/uploads.ts'

let tintype: Tintype
let origin: string
let photo: PhotoJson
let location: string | null

beforeAll(async () => {
  tintype = await startTintype({
    env: { TINTYPE_BASE_PATH: '/team/files.v1/', TINTYPE_MAX_CONCURRENT_UPLOADS: '1' },
  })
  origin = new URL(tintype.url).origin
  const body = new Uint8Array(await makeImage({ width: 400, height: 300, format: 'jpeg' }))
  const headers = { 'Content-Type': 'image/jpeg' }
  const answer = await fetch(`${origin}/team/files.v1/photos`, { method: 'POST', headers, body })
  expect(answer.status).toBe(201)
  location = answer.headers.get('location')
  photo = (await answer.json()) as PhotoJson
})
afterAll(() => tintype[Symbol.asyncDispose]())

const get = (target: string, headers = {}) => send(origin, target, { headers })

describe('every URL starts with the base path', () => {
  test('the one in the log', () => {
    expect(tintype.url).toBe(`${origin}/team/files.v1`)
  })

  test("a photo's", async () => {
    expect(location).toBe(`/team/files.v1/photos/${photo.id}`)
    expect(photo.url).toBe(`/team/files.v1/media/${photo.id}.jpg`)
    expect(photo.thumbnail.url).toBe(`/team/files.v1/media/${photo.id}/thumb.webp`)
    for (const url of [String(location), photo.url, photo.thumbnail.url]) {
      expect((await get(url)).status).toBe(200)
    }
  })

  test("a rendition's", async () => {
    const client = createTintypeClient({ url: tintype.url })
    const { url } = await client.thumbnails.create.mutate({ photoId: photo.id as never, width: 100 })
    expect(url.startsWith(`${tintype.url}/media/`)).toBe(true)
    expect((await get(url)).status).toBe(200)
  })

  test('with the public URL before it', async () => {
    const env = { TINTYPE_BASE_PATH: '/team', TINTYPE_PUBLIC_URL: 'https://photos.example.com' }
    await using named = await startTintype({ env })
    const client = createTintypeClient({ url: named.url })
    const made = await client.upload(await makeImage({ width: 40, height: 30, format: 'png' }))
    expect(made.url).toBe(`https://photos.example.com/team/media/${made.id}.png`)
    expect(client.mediaUrl(made)).toBe(made.url)
    const page = await fetch(`${named.url}/`)
    const policy = page.headers.get('content-security-policy')
    expect(policy).toContain("connect-src 'self' https://photos.example.com;")
  })
})

describe('every route is below the base path', () => {
  test.each(['/healthz', '/readyz', '/metrics', '/trpc/system.limits', '/'])('%s', async (path) => {
    expect((await get(`/team/files.v1${path}`)).status).toBe(200)
    expectProblem(await get(path), 404, 'ROUTE_NOT_FOUND')
  })

  test('media in memory, too', async () => {
    for (let round = 0; round < 3; round += 1) {
      const { status, headers } = await get(photo.url)
      expect(status).toBe(200)
      const known = await get(photo.url, { 'if-none-match': headers.get('etag') ?? '' })
      expect(known.status).toBe(304)
    }
    expectProblem(await get(photo.url.replace('/team/files.v1', '')), 404, 'ROUTE_NOT_FOUND')
  })

  test('the refusal of an upload for which there is no place, too', async () => {
    const headers = { 'Content-Type': 'image/jpeg', 'Content-Length': 1000, Expect: '100-continue' }
    using upload = await openConnection(origin)
    await upload.write(requestHead('POST /team/files.v1/photos', headers))
    expect((await upload.answer()).status).toBe(100)
    const sent = { method: 'POST', headers: { 'Content-Type': 'image/jpeg' }, body: 'x' }
    expectProblem(await send(origin, '/team/files.v1/photos', sent), 503, 'OVERLOADED')
    expectProblem(await send(origin, '/photos', sent), 404, 'ROUTE_NOT_FOUND')
  })

  test.each([
    '/team',
    '/team/',
    '/team/files.v1x',
    '/team/files.v1x/healthz',
    '/team/files.v1%2Fhealthz',
    '/team/filesxv1/healthz',
    '/Team/files.v1/healthz',
    '//team/files.v1/healthz',
    '/x/team/files.v1/healthz',
    '/team/./files.v1/healthz',
  ])('nothing is served at %s', async (target) => {
    expectProblem(await get(target), 404, 'ROUTE_NOT_FOUND')
  })

  test('a target with an origin is read, too', async () => {
    const target = 'http://localhost/team/files.v1/healthz'
    expect((await sendRaw(origin, requestHead(`GET ${target}`))).status).toBe(200)
  })

  test('log and metrics name routes without it', async () => {
    const metrics = String((await get('/team/files.v1/metrics')).body)
    expect(metrics).toContain('route="/healthz"')
    expect(metrics).toContain('route="/media/:id.:ext"')
    expect(metrics).not.toContain('team')
  })

  test('a refusal below /trpc can be read by clients of tRPC', async () => {
    const foreign = { method: 'POST', headers: { origin: 'https://evil.example' } }
    const refused = await send(origin, '/team/files.v1/trpc/photos.delete', foreign)
    expect(JSON.parse(String(refused.body))).toMatchObject({
      code: 'ORIGIN_NOT_ALLOWED',
      error: { data: { code: 'ORIGIN_NOT_ALLOWED' } },
    })
    expect(
      JSON.parse(String((await send(origin, '/trpc/photos.delete', foreign)).body)).error,
    ).toBeUndefined()

    const expecting = { Expect: 'magic', 'Content-Length': 0 }
    const head = requestHead('POST /team/files.v1/trpc/photos.delete', expecting)
    expect(JSON.parse(String((await sendRaw(origin, head)).body))).toMatchObject({
      status: 417,
      error: { data: { code: 'INVALID_REQUEST' } },
    })
  })
})

describe('the page', () => {
  test('loads its files from below the base path', async () => {
    const { body } = await get('/team/files.v1/')
    const files = [...String(body).matchAll(/(?:src|href)="([^"]+)"/g)].map(([, file]) => String(file))
    expect(files.length).toBeGreaterThan(1)
    for (const file of files) {
      const { pathname } = new URL(file, `${tintype.url}/`)
      expect(pathname).toMatch(/^\/team\/files\.v1\/static\/(?:assets\/|theme\.js$)/)
      expect((await get(pathname)).status).toBe(200)
    }
  })

  test.each([
    ['/team/files.v1', '/team/files.v1/'],
    ['/team/files.v1?photo=1&x', '/team/files.v1/?photo=1&x'],
  ])('%s redirects to %s', async (target, expected) => {
    for (const method of ['GET', 'HEAD']) {
      const answer = await send(origin, target, { method })
      expect([answer.status, answer.headers.get('location')]).toEqual([308, expected])
    }
    expectProblem(await send(origin, target, { method: 'DELETE' }), 405, 'METHOD_NOT_ALLOWED')
  })
})

test.each(['files', '//files', '/a/../b'])('the base path %s stops the start', async (path) => {
  const { code, stderr } = await runServer({ TINTYPE_BASE_PATH: path })
  expect(code).toBe(1)
  expect(stderr).toContain('TINTYPE_BASE_PATH: expected a path such as /files')
})
