import { makeImage } from '@tintype/imaging/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { targetAt } from './support/base-path.ts'
import type { Answer } from './support/raw-http.ts'
import { requestHead, sendRaw } from './support/raw-http.ts'
import { send } from './support/send.ts'
import { startTintype, type Tintype } from './support/start-tintype.ts'
import { readMedia, uploadPhoto } from './support/upload.ts'
import { ask, countPhotos, expectProblem, type PhotoJson } from './support/uploads.ts'
import { sendWrite, writesOf } from './support/writes.ts'

type Headers = Record<string, string>

const publicUrl = 'https://photos.example.com'
const listed = 'https://app.example.com'
let image: Uint8Array
let local: Tintype
let named: Tintype
let photo: PhotoJson
beforeAll(async () => {
  image = await makeImage({ width: 24, height: 16, format: 'png' })
  local = await startTintype()
  named = await startTintype({ env: { TINTYPE_PUBLIC_URL: publicUrl, TINTYPE_CORS_ORIGINS: listed } })
  photo = await uploadPhoto(local.url, image)
})
afterAll(async () => {
  await local[Symbol.asyncDispose]()
  await named[Symbol.asyncDispose]()
})

const corsOf = ({ headers }: Answer) =>
  [...headers.keys()].filter((name) => name.startsWith('access-control'))

describe('Host', () => {
  const rebound = [
    'evil.example',
    'evil.example:80',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    '192.168.0.7',
    '0.0.0.0',
  ]
  const odd = [
    'localhost@evil.example',
    'localhost, evil.example',
    'evil.example#localhost',
    '[::ffff:7f00:1',
    '*',
  ]
  test.each([...rebound, ...odd])('"%s" is not served, for reading or writing', async (host) => {
    for (const target of [
      '/',
      '/healthz',
      '/metrics',
      photo.url,
      `/photos/${photo.id}`,
      '/trpc/photos.list',
    ]) {
      const answer = await sendRaw(local.url, requestHead(`GET ${target}`, { Host: host }))
      expectProblem(answer, 403, 'HOST_NOT_ALLOWED')
      expect(corsOf(answer)).toEqual([])
    }
    for (const write of Object.values(writesOf(photo.id, image))) {
      const answer = await sendWrite(local, write, { host, origin: `http://${host || 'localhost'}` })
      expect([answer.status, JSON.parse(answer.body.toString()).code]).toEqual([403, 'HOST_NOT_ALLOWED'])
    }
    expect(await countPhotos(local)).toBe(1)
  })

  test.each(['localhost', 'LOCALHOST:1', 'app.localhost:8080', '127.0.0.1', '127.1.2.3:9', '[::1]:3000'])(
    '"%s" is accepted without asking DNS',
    async (host) => {
      expect((await send(local.url, photo.url, { headers: { host } })).body.equals(image)).toBe(true)
    },
  )

  test('an empty name is not served either', async () => {
    const head = requestHead(`DELETE /photos/${photo.id}`, { Host: '' })
    expectProblem(await sendRaw(local.url, head), 403, 'HOST_NOT_ALLOWED')
  })

  test('the host of the public URL is served, on any port', async () => {
    for (const host of [
      'photos.example.com',
      'photos.example.com:8443',
      'PHOTOS.example.com.',
      'localhost',
    ]) {
      expect((await send(named.url, '/healthz', { headers: { host } })).status).toBe(200)
    }
    for (const host of [
      'example.com',
      'app.example.com',
      'photos.example.com.evil.example',
      'xphotos.example.com',
    ]) {
      expectProblem(await send(named.url, '/healthz', { headers: { host } }), 403, 'HOST_NOT_ALLOWED')
    }
  })

  test('B281: it never appears in an answer', async () => {
    const headers = {
      host: 'photos.example.com:8443',
      'x-forwarded-host': 'evil.example',
      'content-type': 'image/png',
    }
    const created = await send(named.url, '/photos', { method: 'POST', headers, body: image })
    const { id, url, thumbnail } = JSON.parse(created.body.toString()) as PhotoJson
    expect([url, thumbnail.url]).toEqual([
      publicUrl + targetAt(named.url, `/media/${id}.png`),
      publicUrl + targetAt(named.url, `/media/${id}/thumb.webp`),
    ])
    expect(created.headers.get('location')).toBe(targetAt(named.url, `/photos/${id}`))
    expect((await send(named.url, `/photos/${id}`, { method: 'DELETE' })).status).toBe(204)
  })
})

describe('Origin', () => {
  const evil: [string, Headers][] = [
    ['elsewhere', { origin: 'https://evil.example' }],
    ['null', { origin: 'null' }],
    ['empty', { origin: '' }],
    ['a name that begins like ours', { origin: 'http://localhost.evil.example' }],
    ['a name that ends like ours', { origin: 'http://evillocalhost' }],
    ['user info', { origin: 'http://localhost@evil.example' }],
    ['two', { origin: 'http://localhost:3000 https://evil.example' }],
    ['another scheme', { origin: 'chrome-extension://localhost' }],
    ['cross-site without a name', { 'sec-fetch-site': 'cross-site' }],
  ]
  test.each(evil)('B224, B231, B233: %s changes nothing', async (_name, headers) => {
    for (const write of Object.values(writesOf(photo.id, image))) {
      const answer = await sendWrite(local, write, headers)
      expect([write[0], answer.status, JSON.parse(answer.body.toString()).code]).toEqual([
        write[0],
        403,
        'ORIGIN_NOT_ALLOWED',
      ])
      expect(corsOf(answer)).toEqual([])
    }
    expect(await countPhotos(local)).toBe(1)
    expect(await local.staged()).toEqual([])
    const { body } = await ask(local, `/photos/${photo.id}`)
    expect(JSON.parse(body.toString())).toEqual(photo)
  })

  const own: [string, Headers][] = [
    ['a program', {}],
    ['the same page', { origin: 'SELF', 'sec-fetch-site': 'same-origin' }],
    ['a front end on another port', { origin: 'http://localhost:5173', 'sec-fetch-site': 'same-site' }],
    ['one on another loopback name', { origin: 'http://app.localhost:8080', 'sec-fetch-site': 'cross-site' }],
    ['one on an address', { origin: 'https://127.0.0.1:5173', 'sec-fetch-site': 'cross-site' }],
    ['a bookmark', { 'sec-fetch-site': 'none' }],
  ]
  test.each(own)('%s may write', async (_name, given) => {
    const origin = given.origin === 'SELF' ? new URL(local.url).origin : given.origin
    const headers = { ...given, ...(origin && { origin }) }
    const { id } = await uploadPhoto(local.url, image)
    const { 'a form as text': text, 'a deletion by call': again, ...rest } = writesOf(id, image)
    for (const [name, write] of Object.entries(rest)) {
      const { status } = await sendWrite(local, write, headers)
      expect([name, status]).toEqual([
        name,
        name.startsWith('an upload') || name === 'a form' ? 201 : name === 'a deletion' ? 204 : 200,
      ])
    }
    expect((await sendWrite(local, again, headers)).status).toBe(404)
    expect((await sendWrite(local, text, headers)).status).toBe(415)
    const page = await fetch(`${local.url}/trpc/photos.list`)
    const { result } = (await page.json()) as { result: { data: { photos: PhotoJson[] } } }
    for (const one of result.data.photos.slice(0, -1))
      await ask(local, `/photos/${one.id}`, { method: 'DELETE' })
    expect(await countPhotos(local)).toBe(1)
  })

  test('B231: listed origins and the public URL may write, look-alikes may not', async () => {
    const { 'a form': aForm } = writesOf('x', image)
    for (const origin of [listed, publicUrl, 'http://localhost:5173']) {
      const answer = await sendWrite(named, aForm, { origin })
      expect([origin, answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([
        origin,
        201,
        origin,
      ])
    }
    const similar = [
      'http://app.example.com',
      `${listed}:8443`,
      `${listed}.evil.example`,
      'https://evil.app.example.com',
      `${listed}/`,
    ]
    const others = [
      'http://photos.example.com',
      'https://example.com',
      'https://APP.example.com',
      'null',
      'https://good.evil',
    ]
    for (const origin of [...similar, ...others]) {
      const answer = await sendWrite(named, aForm, { origin })
      expectProblem(answer, 403, 'ORIGIN_NOT_ALLOWED')
      expect(corsOf(answer)).toEqual([])
    }
  })

  test('B231: every client may read, but only allowed pages see the answer', async () => {
    for (const target of [
      photo.url,
      `/photos/${photo.id}`,
      '/trpc/photos.list',
      '/photos/x',
      '/trpc/x',
      '/media/x',
    ]) {
      const strange = await send(local.url, target, {
        headers: { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
      })
      expect([200, 404]).toContain(strange.status)
      expect(corsOf(strange)).toEqual([])
      expect(strange.headers.get('vary')).toContain('Origin')
      const friend = await send(local.url, target, { headers: { origin: 'http://localhost:5173' } })
      expect(friend.status).toBe(strange.status)
      expect(friend.headers.get('access-control-allow-origin')).toBe('http://localhost:5173')
      expect(friend.headers.get('access-control-expose-headers')).toContain('X-Request-Id')
      expect(friend.headers.has('access-control-allow-credentials')).toBe(false)
    }
  })

  test('B233: GET never changes anything, for any URL', async () => {
    const targets = [
      `/photos/${photo.id}?_method=DELETE`,
      `/photos/${photo.id}/delete`,
      `/trpc/photos.delete?input=${encodeURIComponent(JSON.stringify({ id: photo.id }))}`,
      `/photos?filename=a.png`,
    ]
    for (const target of targets) {
      for (const method of ['GET', 'HEAD']) {
        await send(local.url, target, {
          method,
          headers: { 'x-http-method-override': 'DELETE', 'x-http-method': 'DELETE' },
        })
      }
    }
    expect(await countPhotos(local)).toBe(1)
    expect((await readMedia(local.url, photo.url)).equals(image)).toBe(true)
  })
})

describe('preflights', () => {
  const preflight = (origin: string, method = 'POST') => ({
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': method,
      'access-control-request-headers': 'content-type',
    },
  })
  const targets = [
    '/photos',
    '/photos/thumbnail',
    '/photos/x',
    '/trpc/photos.update',
    '/media/x',
    '/static/x',
    '/nothing',
  ]

  test.each(targets)('B231, B232: %s: only allowed pages can read the answer', async (target) => {
    for (const origin of ['http://localhost:5173', listed, publicUrl]) {
      const answer = await send(named.url, target, preflight(origin))
      expect(answer.status).toBe(204)
      expect(answer.headers.get('access-control-allow-origin')).toBe(origin)
      expect(answer.headers.get('access-control-allow-methods')).toBe('GET, HEAD, POST, DELETE')
      expect(answer.headers.get('access-control-allow-headers')).toMatch(/Content-Type.*Idempotency-Key/)
      expect(answer.headers.get('vary')).toContain('Origin')
    }
    for (const origin of ['null', 'https://evil.example', `${listed}.evil.example`]) {
      const answer = await send(named.url, target, preflight(origin, 'DELETE'))
      expectProblem(answer, 403, 'ORIGIN_NOT_ALLOWED')
      expect(corsOf(answer)).toEqual([])
    }
    expect((await send(local.url, target, preflight(listed))).status).toBe(403)
  })
})

test.runIf(process.platform === 'linux')('another loopback address is loopback too', async () => {
  await using elsewhere = await startTintype({ env: { TINTYPE_HOST: '127.0.0.2' } })
  expect(new URL(elsewhere.url).hostname).toBe('127.0.0.2')
  expect((await uploadPhoto(elsewhere.url, image)).format).toBe('png')
  expectProblem(
    await send(elsewhere.url, '/healthz', { headers: { host: 'evil.example' } }),
    403,
    'HOST_NOT_ALLOWED',
  )
  const answer = await sendWrite(elsewhere, writesOf('x', image)['a form'], {
    origin: 'https://evil.example',
  })
  expectProblem(answer, 403, 'ORIGIN_NOT_ALLOWED')
})
