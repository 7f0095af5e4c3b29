import type { Photo } from '@tintype/client'
import { makeImage } from '@tintype/imaging/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { urlAt } from '../support/base-path.ts'
import { startNginx } from '../support/start-nginx.ts'
import { startTintype, type Tintype } from '../support/start-tintype.ts'

describe('nginx that sends what Tintype permits, as docs/nginx-private.conf has it', () => {
  const running = new AsyncDisposableStack()
  let tintype: Tintype
  let nginx: { url: string }
  let photo: Photo
  let bytes: Uint8Array

  beforeAll(async () => {
    tintype = running.use(await startTintype({ env: { TINTYPE_ACCEL_PREFIX: '/_media' } }))
    nginx = running.use(await startNginx(tintype, 'docs/nginx-private.conf'))
    bytes = await makeImage({ width: 1200, height: 800, format: 'jpeg' })
    const headers = { 'content-type': 'image/jpeg' }
    const url = `${nginx.url}/photos/thumbnail?filename=cat.jpg`
    const answer = await fetch(url, { method: 'POST', body: new Uint8Array(bytes), headers })
    expect(answer.status).toBe(201)
    photo = (await answer.json()).photo
  })
  afterAll(() => running.disposeAsync())

  const original = (headers: Record<string, string> = {}) => fetch(urlAt(nginx.url, photo.url), { headers })

  test('an original has the bytes from nginx, and every header from Tintype', async () => {
    const answer = await original()
    expect(answer.status).toBe(200)
    expect(new Uint8Array(await answer.arrayBuffer())).toEqual(new Uint8Array(bytes))
    expect(answer.headers.get('x-accel-redirect')).toBeNull()
    expect(answer.headers.get('last-modified')).toBeNull()
    expect(answer.headers.get('x-request-id')).not.toBeNull()
    expect(answer.headers.get('etag')).toBe(`"${photo.sha256}"`)
    expect(answer.headers.get('content-type')).toBe('image/jpeg')
    expect(answer.headers.get('content-length')).toBe(String(bytes.byteLength))
    expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
    expect(answer.headers.get('content-security-policy')).toBe(
      "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    )
  })

  test('nginx sends ranges; Tintype decides about validators', async () => {
    const part = await original({ range: 'bytes=10-19' })
    expect(part.status).toBe(206)
    expect(part.headers.get('content-range')).toBe(`bytes 10-19/${bytes.byteLength}`)
    expect(new Uint8Array(await part.arrayBuffer())).toEqual(new Uint8Array(bytes.slice(10, 20)))
    const etag = `"${photo.sha256}"`
    expect((await original({ 'if-none-match': etag })).status).toBe(304)
    expect((await original({ 'if-match': etag })).status).toBe(200)
    expect((await original({ 'if-match': '"other"' })).status).toBe(412)
    expect((await original({ range: 'bytes=0-0', 'if-range': etag })).status).toBe(206)
    expect((await original({ range: 'bytes=0-0', 'if-range': '"other"' })).status).toBe(200)
    expect((await original({ range: `bytes=${bytes.byteLength}-` })).status).toBe(416)
    const head = await fetch(urlAt(nginx.url, photo.url), { method: 'HEAD' })
    expect(head.headers.get('content-length')).toBe(String(bytes.byteLength))
  })

  test('a rendition is made, and the download has its name', async () => {
    const made = await fetch(`${nginx.url}/media/${photo.id}/w320.webp`)
    expect([made.status, made.headers.get('content-type')]).toEqual([200, 'image/webp'])
    const download = await fetch(urlAt(nginx.url, `${photo.url}?download`))
    expect(download.headers.get('content-disposition')).toContain('cat.jpg')
  })

  test('Tintype sends no bytes itself, however often they are requested', async () => {
    for (let round = 0; round < 4; round += 1) {
      const answer = await fetch(urlAt(tintype.url, photo.url))
      expect(answer.headers.get('x-accel-redirect')).toMatch(/^\/_media\/originals\//)
      expect((await answer.arrayBuffer()).byteLength).toBe(0)
    }
  })

  test('B227 the internal location answers nobody', async () => {
    const key = `originals/${photo.id.slice(0, 7)}/${photo.id}.jpg`
    for (const path of [`/_media/${key}`, '/_media/', `//_media/${key}`, `/x/../_media/${key}`])
      expect([path, (await fetch(nginx.url + path)).status]).toEqual([path, 404])
  })
})

describe('private photos of a closed server behind nginx', () => {
  const adminKey = 'an-admin-key-of-the-operator-32-characters'
  const bearer = { authorization: `Bearer ${adminKey}` }

  test('B227 nginx sends them to a key and to a signed URL, and to nobody else', async () => {
    const access = { TINTYPE_ACCESS: 'closed', TINTYPE_ADMIN_KEY: adminKey }
    await using tintype = await startTintype({ env: { ...access, TINTYPE_ACCEL_PREFIX: '/_media' } })
    await using nginx = await startNginx(tintype, 'docs/nginx-private.conf')
    const bytes = await makeImage({ width: 1200, height: 800, format: 'jpeg' })
    const uploaded = await fetch(`${nginx.url}/photos?visibility=private&owner=alice`, {
      method: 'POST',
      body: new Uint8Array(bytes),
      headers: { ...bearer, 'content-type': 'image/jpeg' },
    })
    expect(uploaded.status).toBe(201)
    const { url, id } = (await uploaded.json()) as Photo
    const [path = ''] = url.split('?')
    const sent = async (target: string, headers: Record<string, string> = {}) => {
      const answer = await fetch(urlAt(nginx.url, target), { headers })
      return {
        status: answer.status,
        headers: answer.headers,
        bytes: new Uint8Array(await answer.arrayBuffer()),
      }
    }
    expect((await sent(path)).status).toBe(404)
    expect((await sent(`/media/${id}/thumb.webp`)).status).toBe(404)
    for (let round = 0; round < 3; round += 1) {
      const withKey = await sent(path, bearer)
      expect([withKey.status, withKey.headers.get('cache-control')]).toEqual([200, 'private, no-store'])
      const signed = await sent(url)
      expect(signed.bytes).toEqual(new Uint8Array(bytes))
      expect(signed.headers.get('cache-control')).toMatch(/^private, max-age=\d+, immutable$/)
      expect((await sent(path)).status).toBe(404)
    }
    expect(
      (await sent(url, { 'if-none-match': `"${(await sent(url)).headers.get('etag')?.slice(1, -1)}"` }))
        .status,
    ).toBe(304)
    expect((await sent(url.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')))).status).toBe(403)
  })
})
