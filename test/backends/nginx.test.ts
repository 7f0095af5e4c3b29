import { once } from 'node:events'
import { truncate } from 'node:fs/promises'
import { request as sendRequest } from 'node:http'
import { join } from 'node:path'
import type { Photo } from '@tintype/client'
import { makeImage } from '@tintype/imaging/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { urlAt } from '../support/base-path.ts'
import { requestHead, sendRaw } from '../support/raw-http.ts'
import { startNginx } from '../support/start-nginx.ts'
import { startTintype, type Tintype } from '../support/start-tintype.ts'

describe.each(['/', '/a/b'])('nginx in front, as docs/nginx.conf has it, at %s', (basePath) => {
  const running = new AsyncDisposableStack()
  const prefix = basePath === '/' ? '' : basePath
  let tintype: Tintype
  let nginx: { url: string }
  let photo: Photo
  let bytes: Uint8Array

  beforeAll(async () => {
    tintype = running.use(await startTintype({ env: { TINTYPE_BASE_PATH: basePath } }))
    nginx = running.use(await startNginx(tintype, 'docs/nginx.conf'))
    bytes = await makeImage({ width: 1200, height: 800, format: 'jpeg' })
    const headers = { 'content-type': 'image/jpeg' }
    const answer = await fetch(`${nginx.url}/photos/thumbnail?filename=cat.jpg`, {
      method: 'POST',
      body: new Uint8Array(bytes),
      headers,
    })
    expect(answer.status).toBe(201)
    photo = (await answer.json()).photo
  })
  afterAll(() => running.disposeAsync())

  test('an original is served from the disk under the same URL, with the same promises', async () => {
    const answer = await fetch(urlAt(nginx.url, photo.url))
    expect(answer.headers.get('server')).toMatch(/nginx/)
    expect(answer.headers.get('x-request-id')).toBeNull()
    expect(new Uint8Array(await answer.arrayBuffer())).toEqual(new Uint8Array(bytes))
    const direct = await fetch(urlAt(tintype.url, photo.url))
    // each of them serves the file itself, and names its own validators
    const own = ['connection', 'date', 'etag', 'keep-alive', 'last-modified', 'server', 'x-request-id']
    const promised = ({ headers }: Response) => [...headers].filter(([name]) => !own.includes(name))
    expect(promised(answer)).toEqual(promised(direct))
    const part = await fetch(urlAt(nginx.url, photo.url), { headers: { range: 'bytes=10-19' } })
    expect(part.status).toBe(206)
    expect(new Uint8Array(await part.arrayBuffer())).toEqual(new Uint8Array(bytes.slice(10, 20)))
  })

  test.each([
    ['a range beyond the end', { range: 'bytes=99999999-' }, 416],
    ['an If-Match that fails', { 'if-match': '"x"' }, 412],
  ])('%s of a file on the disk gets a page of nginx itself', async (_, headers, status) => {
    const answer = await fetch(urlAt(nginx.url, photo.url), { headers })
    expect([answer.status, answer.headers.get('content-type')]).toEqual([status, 'text/html'])
    expect(await answer.text()).toContain('nginx')
    expect(answer.headers.get('cache-control')).toBe(
      status === 416 ? 'public, max-age=31536000, immutable' : null,
    )
  })

  test('a rendition is made by Tintype the first time and served by nginx from then on', async () => {
    const path = `/media/${photo.id}/w320.webp`
    const made = await fetch(nginx.url + path)
    expect(made.status).toBe(200)
    expect(made.headers.get('x-request-id')).not.toBeNull()
    const served = await fetch(nginx.url + path)
    expect(served.headers.get('x-request-id')).toBeNull()
    expect(await served.arrayBuffer()).toEqual(await made.arrayBuffer())
  })

  test('B168 what a power cut left of a rendition is not cached by anyone', async () => {
    const path = `/media/${photo.id}/w160.webp`
    expect((await fetch(nginx.url + path)).headers.get('cache-control')).toContain('immutable')
    const { pathname } = new URL(photo.url, nginx.url)
    const id = pathname.split('/').at(-1)?.replace('.jpg', '') ?? ''
    const shard = id.replaceAll('-', '').slice(0, 7)
    await truncate(join(tintype.dataDirectory, 'media/renditions', shard, `${id}.w160.webp`))
    const answer = await fetch(nginx.url + path)
    expect([answer.status, answer.headers.get('content-length')]).toEqual([200, '0'])
    expect(answer.headers.get('cache-control')).toBe('no-store')
  })

  test('the page and what only operators may see are passed on', async () => {
    for (const path of ['/', '/healthz', '/readyz']) {
      const answer = await fetch(nginx.url + path)
      expect([path, answer.status]).toEqual([path, 200])
    }
  })

  test('a health check may send no Host, which other requests need', async () => {
    for (const [target, status] of [
      ['/healthz', 200],
      ['/readyz', 200],
      ['/', 403],
    ] as const) {
      const answer = await sendRaw(
        nginx.url,
        requestHead(`GET ${prefix}${target}`).replace(/1\.1\r\nHost: .*/, '1.0'),
      )
      expect([target, answer.status]).toEqual([target, status])
    }
  })

  test('what only operators may see is refused to other machines, however it is spelled', async () => {
    const { hostname, port } = new URL(nginx.url)
    const statusOf = async (path: string, localAddress: string) => {
      const request = sendRequest({ hostname, port, path: prefix + path, localAddress, agent: false }).end()
      const [answer] = await once(request, 'response')
      answer.resume()
      return answer.statusCode
    }
    const spelled = [
      '//metrics',
      '/%6detrics',
      '/metrics%2f',
      '/./metrics',
      '/x/../metrics',
      '/METRICS',
      '/metrics/',
    ]
    for (const path of ['/metrics', '/metrics?x', '/readyz', '/readyz/node', '/READYZ/node', ...spelled])
      expect([path, await statusOf(path, '127.0.0.2')]).toEqual([path, 403])
    for (const path of ['/metrics', '/readyz', '/readyz/node'])
      expect([path, await statusOf(path, '127.0.0.1')]).toEqual([path, 200])
    expect(await statusOf('/healthz', '127.0.0.2')).toBe(200)
  })

  test('a page of an allowed origin may read media that nginx or Tintype sends', async () => {
    for (const path of [photo.url, `/media/${photo.id}/w320.webp`, '/healthz']) {
      const { headers } = await fetch(urlAt(nginx.url, path), {
        headers: { origin: 'http://localhost:5173' },
      })
      expect([path, headers.get('vary')]).toEqual([path, 'Origin'])
      expect([path, headers.get('access-control-allow-origin')]).toEqual([path, 'http://localhost:5173'])
    }
  })

  test('a preflight for media that are on the disk is answered by Tintype', async () => {
    for (const path of [photo.url, `/media/${photo.id}/w320.webp`]) {
      const answer = await fetch(urlAt(nginx.url, path), {
        method: 'OPTIONS',
        headers: {
          origin: 'http://localhost:5173',
          'access-control-request-method': 'GET',
          'access-control-request-headers': 'traceparent',
        },
      })
      expect([path, answer.status]).toEqual([path, 204])
      expect(answer.headers.get('access-control-allow-headers')).toContain('traceparent')
      expect((await fetch(urlAt(nginx.url, path), { method: 'DELETE' })).headers.get('content-type')).toBe(
        'application/problem+json',
      )
    }
  })

  test('a download has the name of its photo, and a deleted photo is not found', async () => {
    const download = await fetch(urlAt(nginx.url, `${photo.url}?download`))
    expect(download.headers.get('content-disposition')).toContain('cat.jpg')
    expect((await fetch(`${nginx.url}/photos/${photo.id}`, { method: 'DELETE' })).status).toBe(204)
    expect((await fetch(urlAt(nginx.url, photo.url))).status).toBe(404)
    expect((await fetch(`${nginx.url}/media/${photo.id}/w320.webp`)).status).toBe(404)
  })
})
