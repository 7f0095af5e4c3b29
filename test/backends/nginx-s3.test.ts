import { randomUUID } from 'node:crypto'
import type { Photo } from '@tintype/client'
import { makeImage } from '@tintype/imaging/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { urlAt } from '../support/base-path.ts'
import { useS3 } from '../support/open-s3.ts'
import { startNginx } from '../support/start-nginx.ts'
import { hasS3 } from '../support/start-s3.ts'
import { startTintype, type Tintype } from '../support/start-tintype.ts'
import { uploadPhoto } from '../support/upload.ts'

const adminKey = 'an-admin-key-of-the-operator-32-characters'
const bearer = { authorization: `Bearer ${adminKey}` }

describe.skipIf(!hasS3)(
  'nginx that sends from a bucket what Tintype permits, as docs/nginx-s3.conf has it',
  () => {
    const { engine } = useS3()
    const running = new AsyncDisposableStack()
    let bytes: Uint8Array
    beforeAll(async () => {
      bytes = await makeImage({ width: 1200, height: 800, format: 'jpeg' })
    })
    afterAll(() => running.disposeAsync())

    /** A server behind nginx, with a prefix of the bucket whose name has to be escaped. */
    async function serve(env: Record<string, string> = {}) {
      const { bucket, endpoint } = engine()
      const tintype: Tintype = running.use(
        await startTintype({
          env: {
            TINTYPE_STORAGE_URL: `s3://${bucket}/a%20b%2Bc/${randomUUID()}?endpoint=${endpoint}`,
            TINTYPE_ACCEL_PREFIX: '/_s3',
            ...env,
          },
        }),
      )
      return {
        tintype,
        nginx: running.use(await startNginx(tintype, 'docs/nginx-s3.conf', { s3Endpoint: endpoint })),
      }
    }

    test('bytes and ranges come from the engine, every header from Tintype', async () => {
      const { tintype, nginx } = await serve()
      const photo = await uploadPhoto(nginx.url, bytes, { filename: 'cat.jpg' })
      const get = (headers: Record<string, string> = {}) => fetch(urlAt(nginx.url, photo.url), { headers })
      expect((await fetch(urlAt(tintype.url, photo.url))).headers.get('x-accel-redirect')).toMatch(
        /^\/_s3\/.*X-Amz-Signature=/,
      )
      const whole = await get()
      expect(new Uint8Array(await whole.arrayBuffer())).toEqual(new Uint8Array(bytes))
      const headers = Object.fromEntries(whole.headers)
      delete headers.date
      delete headers.server
      expect(headers).toEqual({
        'accept-ranges': 'bytes',
        'cache-control': 'public, max-age=31536000, immutable',
        connection: 'keep-alive',
        'content-length': String(bytes.byteLength),
        'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox",
        'content-type': 'image/jpeg',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'cross-origin',
        etag: `"${photo.sha256}"`,
        'referrer-policy': 'no-referrer',
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'x-request-id': expect.any(String),
        vary: 'Origin',
      })
      const part = await get({ range: 'bytes=10-19' })
      expect([part.status, part.headers.get('content-range')]).toEqual([
        206,
        `bytes 10-19/${bytes.byteLength}`,
      ])
      expect(new Uint8Array(await part.arrayBuffer())).toEqual(new Uint8Array(bytes.slice(10, 20)))
      const etag = `"${photo.sha256}"`
      expect((await get({ 'if-none-match': etag })).status).toBe(304)
      expect((await get({ 'if-none-match': '"other"' })).status).toBe(200)
      expect((await get({ 'if-match': '"other"' })).status).toBe(412)
      expect((await get({ range: 'bytes=0-0', 'if-range': etag })).status).toBe(206)
      expect((await get({ range: 'bytes=0-0', 'if-range': '"other"' })).status).toBe(200)
      const head = await fetch(urlAt(nginx.url, photo.url), { method: 'HEAD' })
      expect([head.status, head.headers.get('content-length')]).toEqual([200, String(bytes.byteLength)])
      const made = await fetch(`${nginx.url}/media/${photo.id}/w320.webp`)
      expect([made.status, made.headers.get('content-type')]).toEqual([200, 'image/webp'])
      const download = await fetch(urlAt(nginx.url, `${photo.url}?download`))
      expect(download.headers.get('content-disposition')).toContain('cat.jpg')
    })

    test('B227 private photos are sent to a key and to a signed URL, and to nobody else', async () => {
      const { nginx } = await serve({ TINTYPE_ACCESS: 'closed', TINTYPE_ADMIN_KEY: adminKey })
      const uploaded = await fetch(`${nginx.url}/photos?visibility=private&owner=alice`, {
        method: 'POST',
        body: new Uint8Array(bytes),
        headers: { ...bearer, 'content-type': 'image/jpeg' },
      })
      const { url } = (await uploaded.json()) as Photo
      const [path = ''] = url.split('?')
      const sent = (target: string, headers: Record<string, string> = {}) =>
        fetch(urlAt(nginx.url, target), { headers })
      expect((await sent(path)).status).toBe(404)
      const withKey = await sent(path, bearer)
      expect([withKey.status, withKey.headers.get('cache-control')]).toEqual([200, 'private, no-store'])
      expect(new Uint8Array(await withKey.arrayBuffer())).toEqual(new Uint8Array(bytes))
      const signed = await sent(url)
      expect(new Uint8Array(await signed.arrayBuffer())).toEqual(new Uint8Array(bytes))
      expect(signed.headers.get('cache-control')).toMatch(/^private, max-age=\d+, immutable$/)
      for (const target of ['/_s3/', `/_s3/${engine().bucket}/`, '//_s3/x'])
        expect((await sent(target)).status).toBe(404)
    })

    test('an engine that nginx cannot reach is an error that nothing keeps', async () => {
      const { tintype } = await serve()
      const photo = await uploadPhoto(tintype.url, bytes)
      await using nginx = await startNginx(tintype, 'docs/nginx-s3.conf', {
        s3Endpoint: 'http://127.0.0.1:1',
      })
      const failed = await fetch(urlAt(nginx.url, photo.url))
      expect(failed.status).toBe(502)
      expect(failed.headers.get('cache-control')).toBeNull()
    })
  },
)
