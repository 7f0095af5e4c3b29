import { randomUUID } from 'node:crypto'
import type { Photo } from '@tintype/client'
import { makeImage } from '@tintype/imaging/testing'
import { openS3BlobStore } from '@tintype/storage/drivers/s3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { urlAt } from '../support/base-path.ts'
import { keysOf, useS3 } from '../support/open-s3.ts'
import { runServer } from '../support/run-server.ts'
import { hasS3 } from '../support/start-s3.ts'
import { startTintype, type Tintype } from '../support/start-tintype.ts'
import { uploadPhoto } from '../support/upload.ts'

const adminKey = 'an-admin-key-of-the-operator-32-characters'
const bearer = { authorization: `Bearer ${adminKey}` }
const days = 24 * 60 * 60

describe.skipIf(!hasS3)('redirects to signed URLs of a real S3 engine', () => {
  const { engine } = useS3()
  const running = new AsyncDisposableStack()
  let bytes: Uint8Array
  beforeAll(async () => {
    bytes = await makeImage({ width: 1200, height: 800, format: 'jpeg' })
  })
  afterAll(() => running.disposeAsync())

  /** The engine is reached under another name by clients. */
  const publicEndpoint = () => engine().endpoint.replace('127.0.0.1', 'localhost')

  async function serve(env: Record<string, string> = {}, prefix: string = randomUUID()): Promise<Tintype> {
    const { bucket, endpoint } = engine()
    const url = `s3://${bucket}/${prefix}?endpoint=${endpoint}&publicEndpoint=${publicEndpoint()}`
    const settings = { TINTYPE_STORAGE_URL: url, TINTYPE_MEDIA_DELIVERY: 'redirect', ...env }
    return running.use(await startTintype({ env: settings }))
  }

  const ask = (tintype: Tintype, path: string, init: RequestInit = {}) =>
    fetch(urlAt(tintype.url, path), { redirect: 'manual', ...init })

  test('a public photo: one URL, valid for days, and caches may keep the redirect', async () => {
    const tintype = await serve()
    const photo = await uploadPhoto(tintype.url, bytes, { filename: 'cat.jpg' })
    const first = await ask(tintype, photo.url)
    expect([first.status, await first.text()]).toEqual([302, ''])
    const location = new URL(first.headers.get('location') ?? '')
    expect(location.origin).toBe(publicEndpoint())
    expect(location.searchParams.get('X-Amz-Expires')).toBe(String(7 * days))
    const [, seconds] = /^public, max-age=(\d+)$/.exec(first.headers.get('cache-control') ?? '') ?? []
    expect(Number(seconds)).toBeLessThanOrEqual(1.75 * days)
    for (const name of ['etag', 'content-type', 'accept-ranges']) expect(first.headers.get(name)).toBeNull()
    expect(first.headers.get('content-security-policy')).toBe(
      "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    )
    expect((await ask(tintype, photo.url)).headers.get('location')).toBe(location.href)
    for (const header of ['range', 'if-range'])
      expect((await ask(tintype, photo.url, { headers: { [header]: 'bytes=0-9' } })).status).toBe(302)

    const followed = await fetch(location)
    expect(new Uint8Array(await followed.arrayBuffer())).toEqual(new Uint8Array(bytes))
    expect(followed.headers.get('content-type')).toBe('image/jpeg')
    expect(followed.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
    expect(followed.headers.get('content-disposition')).toBeNull()
    const part = await fetch(urlAt(tintype.url, photo.url), { headers: { range: 'bytes=10-19' } })
    expect([part.status, part.headers.get('content-range')]).toEqual([206, `bytes 10-19/${bytes.byteLength}`])
    expect(new Uint8Array(await part.arrayBuffer())).toEqual(new Uint8Array(bytes.slice(10, 20)))
    const download = await fetch(urlAt(tintype.url, `${photo.url}?download`))
    expect(download.headers.get('content-disposition')).toContain('cat.jpg')
    const made = await fetch(`${tintype.url}/media/${photo.id}/w320.webp`)
    expect([new URL(made.url).origin, made.headers.get('content-type')]).toEqual([
      publicEndpoint(),
      'image/webp',
    ])
  })

  test('two servers give the same URL', async () => {
    const prefix = randomUUID()
    const tintype = await serve({}, prefix)
    const photo = await uploadPhoto(tintype.url, bytes)
    const { location, 'cache-control': cache } = Object.fromEntries((await ask(tintype, photo.url)).headers)
    await tintype.stop()
    const { bucket, endpoint } = engine()
    await using other = await startTintype({
      dataDirectory: tintype.dataDirectory,
      env: {
        TINTYPE_STORAGE_URL: `s3://${bucket}/${prefix}?endpoint=${endpoint}&publicEndpoint=${publicEndpoint()}`,
        TINTYPE_MEDIA_DELIVERY: 'redirect',
      },
    })
    expect(cache).toMatch(/^public/)
    expect((await ask(other, photo.url)).headers.get('location')).toBe(location)
  })

  test('this server answers HEAD, validators, ranges outside, and what does not exist', async () => {
    const tintype = await serve()
    const photo = await uploadPhoto(tintype.url, bytes)
    const etag = `"${photo.sha256}"`
    const head = await ask(tintype, photo.url, { method: 'HEAD' })
    expect([head.status, head.headers.get('etag')]).toEqual([200, etag])
    expect(head.headers.get('content-length')).toBe(String(bytes.byteLength))
    const statusWith = async (headers: Record<string, string>) =>
      (await ask(tintype, photo.url, { headers })).status
    expect(await statusWith({ 'if-none-match': etag })).toBe(304)
    expect(await statusWith({ 'if-none-match': '"other"' })).toBe(302)
    expect(await statusWith({ 'if-match': '"other"' })).toBe(412)
    expect(await statusWith({ 'if-match': etag })).toBe(200)
    expect(await statusWith({ range: `bytes=${bytes.byteLength}-` })).toBe(416)
    expect(await statusWith({ authorization: 'Basic YTpi' })).toBe(200)
    await fetch(`${tintype.url}/photos/${photo.id}`, { method: 'DELETE' })
    expect(await statusWith({})).toBe(404)
  })

  test('B208 no one is redirected to lost bytes: a rendition is made again, an original is not found', async () => {
    const prefix = randomUUID()
    const tintype = await serve({}, prefix)
    const photo = await uploadPhoto(tintype.url, bytes)
    const see = (path: string) => fetch(urlAt(tintype.url, path))
    expect((await see(photo.thumbnail.url)).status).toBe(200)
    const { bucket, endpoint } = engine()
    await using store = await openS3BlobStore({
      bucket,
      endpoint,
      prefix: `${prefix}/media/`,
      isPathStyle: true,
    })
    for (const key of await keysOf(store, '')) await store.delete(key)
    expect((await ask(tintype, photo.thumbnail.url)).status).toBe(404)
    expect((await ask(tintype, photo.url)).status).toBe(404)
    const other = await uploadPhoto(tintype.url, bytes)
    expect((await see(other.thumbnail.url)).status).toBe(200)
    for (const key of await keysOf(store, 'renditions/')) await store.delete(key)
    const again = await see(other.thumbnail.url)
    expect([again.status, again.headers.get('content-type')]).toEqual([200, 'image/webp'])
  })

  test('B227 a private photo: only with its signature, and no longer than it', async () => {
    const closed = { TINTYPE_ACCESS: 'closed', TINTYPE_ADMIN_KEY: adminKey }
    const tintype = await serve(closed)
    const uploaded = await ask(tintype, '/photos?visibility=private&owner=alice', {
      method: 'POST',
      body: new Uint8Array(bytes),
      headers: { ...bearer, 'content-type': 'image/jpeg' },
    })
    const { url } = (await uploaded.json()) as Photo
    const [path = '', query = ''] = url.split('?')
    expect((await ask(tintype, path)).status).toBe(404)
    const withKey = await ask(tintype, path, { headers: bearer })
    expect([withKey.status, withKey.headers.get('cache-control')]).toEqual([200, 'private, no-store'])
    const signed = await ask(tintype, url)
    expect(signed.status).toBe(302)
    const location = new URL(signed.headers.get('location') ?? '')
    const started = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(
      location.searchParams.get('X-Amz-Date') ?? '',
    )
    const [year = 0, month = 1, ...rest] = (started ?? []).slice(1).map(Number)
    const endsAt =
      Date.UTC(year, month - 1, ...rest) / 1000 + Number(location.searchParams.get('X-Amz-Expires'))
    expect(endsAt).toBeLessThanOrEqual(Number(new URLSearchParams(query).get('e')))
    expect(signed.headers.get('cache-control')).toMatch(/^private, max-age=\d+$/)
    expect((await ask(tintype, url)).headers.get('location')).toBe(location.href)
    const followed = await fetch(location)
    expect(new Uint8Array(await followed.arrayBuffer())).toEqual(new Uint8Array(bytes))
    expect(followed.headers.get('cache-control')).toMatch(/^private/)
    expect(
      (
        await ask(
          tintype,
          url.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')),
        )
      ).status,
    ).toBe(403)
    location.pathname = location.pathname.replace('.jpg', '.png')
    expect((await fetch(location)).status).toBe(403)
  })

  test('the page may show photos from there', async () => {
    const tintype = await serve()
    const policy = (await fetch(`${tintype.url}/`)).headers.get('content-security-policy')
    expect(policy).toContain(`img-src 'self' ${publicEndpoint()} `)
  })

  test('a start with ways that do not fit ends with the reason', async () => {
    const disk = await runServer({ TINTYPE_STORAGE_URL: 'file:media', TINTYPE_MEDIA_DELIVERY: 'redirect' })
    expect([disk.code, disk.stderr]).toEqual([
      1,
      expect.stringMatching(/TINTYPE_MEDIA_DELIVERY: expected .* a bucket/),
    ])
    const both = await runServer({
      TINTYPE_STORAGE_URL: 's3://my-photos',
      TINTYPE_MEDIA_DELIVERY: 'redirect',
      TINTYPE_ACCEL_PREFIX: '/_s3',
    })
    expect([both.code, both.stderr]).toEqual([1, expect.stringMatching(/expected one of them/)])
  })
})
