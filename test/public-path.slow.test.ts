import { once } from 'node:events'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createTintypeServer } from '@tintype/client/server'
import { makeImage } from '@tintype/imaging/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { send } from './support/send.ts'
import { startTintype, type Tintype } from './support/start-tintype.ts'

const publicPath = '/photos-app'
const adminKey = `tt_${'k'.repeat(43)}`

/** A proxy that serves a server at `publicPath`, and nothing outside. It sends requests to the path of the server's URL. */
async function openProxy() {
  let target: URL
  const proxy = createServer((incoming, outgoing) => {
    const { method, url = '', headers } = incoming
    if (!url.startsWith(`${publicPath}/`)) return outgoing.writeHead(404).end()
    const path = target.pathname.replace(/\/$/, '') + url.slice(publicPath.length)
    const onward = request(target, { method, path, headers }, (received) => {
      outgoing.writeHead(received.statusCode ?? 502, received.headers)
      received.pipe(outgoing)
    })
    incoming.pipe(onward)
  }).listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  return {
    url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}${publicPath}`,
    serve(url: string) {
      target = new URL(url)
    },
    async [Symbol.asyncDispose]() {
      proxy.closeAllConnections()
      proxy.close()
      await once(proxy, 'close')
    },
  }
}

describe.each([
  ['removes the path', '/'],
  ['replaces the path by the base path', '/team'],
  ['keeps the path, which is the base path', publicPath],
])('behind a proxy that %s', (_, basePath) => {
  const running = new AsyncDisposableStack()
  let tintype: Tintype
  let url: string
  let sdk: ReturnType<typeof createTintypeServer>

  beforeAll(async () => {
    const proxy = running.use(await openProxy())
    url = proxy.url
    const env = { TINTYPE_PUBLIC_URL: url, TINTYPE_BASE_PATH: basePath }
    const access = { TINTYPE_ACCESS: 'closed', TINTYPE_ADMIN_KEY: adminKey }
    tintype = running.use(await startTintype({ env: { ...env, ...access } }))
    proxy.serve(tintype.url)
    sdk = createTintypeServer({ url, key: adminKey })
  })
  afterAll(() => running.disposeAsync())

  test('every URL in an answer leads through the proxy', async () => {
    const body = new Uint8Array(await makeImage({ width: 400, height: 300, format: 'jpeg' }))
    const headers = { 'Content-Type': 'image/jpeg', Authorization: `Bearer ${adminKey}` }
    const answer = await fetch(`${url}/photos`, { method: 'POST', headers, body })
    const photo = await answer.json()
    expect(answer.headers.get('location')).toBe(`${publicPath}/photos/${photo.id}`)
    expect(photo.url).toBe(`${url}/media/${photo.id}.jpg`)
    expect(photo.thumbnail.url).toBe(`${url}/media/${photo.id}/thumb.webp`)
    const [listed] = (await sdk.photos.list.query()).photos
    expect(listed?.url).toBe(photo.url)
    const rendition = await sdk.thumbnails.create.mutate({ photoId: photo.id, width: 100 })
    const [signed] = await sdk.urls.sign.mutate({ paths: [`/media/${photo.id}.jpg`] })
    const shown = [photo.url, photo.thumbnail.url, sdk.mediaUrl(photo, { width: 320 }), rendition.url]
    for (const one of [...shown, signed?.url ?? '']) {
      expect(one).toMatch(new RegExp(`^${url}/media/`))
      expect([one, (await fetch(one)).status]).toEqual([one, 200])
    }
    const token = await sdk.tokens.createUpload.mutate({ uses: 1 })
    expect(token.url).toBe(`${url}/photos`)
  })

  test('the page and the SDK load, and the page may talk to the origin', async () => {
    const page = await fetch(`${url}/`)
    const { origin } = new URL(url)
    expect(page.headers.get('content-security-policy')).toContain(`connect-src 'self' ${origin};`)
    const files = [...(await page.text()).matchAll(/(?:src|href)="([^"#]+)"/g)].map(([, file]) => file)
    expect(files.length).toBeGreaterThan(1)
    for (const file of [...files, 'sdk.js'])
      expect([file, (await fetch(new URL(file ?? '', `${url}/`))).status]).toEqual([file, 200])
  })
})

test('pages of the origin of a public URL with a path may write, others not', async () => {
  await using tintype = await startTintype({ env: { TINTYPE_PUBLIC_URL: 'https://example.com/photos-app' } })
  const statusFrom = async (origin: string) => {
    const headers = { origin, 'content-type': 'application/json' }
    return (await send(tintype.url, '/trpc/photos.deleteMany', { method: 'POST', headers, body: '{}' }))
      .status
  }
  // the input is refused, and the origin is not
  expect(await statusFrom('https://example.com')).toBe(400)
  expect(await statusFrom('https://other.example.com')).toBe(403)
})
