import { execFileSync } from 'node:child_process'
import { rm, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { brotliDecompressSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { hashed, serveBundle } from '../testing/serve-bundle.ts'
import { bundleFiles, page, script } from '../testing/write-bundle.ts'

const immutable = 'public, max-age=31536000, immutable'

describe('files', () => {
  test('a hashed name is immutable and has everything a cache and a browser need', async () => {
    await using app = await serveBundle()
    const { status, headers, bytes } = await app.send(hashed)
    expect(status).toBe(200)
    expect(bytes).toEqual(script)
    expect(headers).toMatchObject({
      'cache-control': immutable,
      'content-type': expect.stringMatching(/^(?:text|application)\/javascript; charset=utf-8$/),
      'content-length': String(script.length),
      'x-content-type-options': 'nosniff',
      vary: 'Accept-Encoding',
      etag: expect.stringMatching(/^"[\w-]+"$/),
    })
    expect(headers['content-encoding']).toBeUndefined()
  })

  test.each([
    ['/static/index.html', 'text/html; charset=utf-8'],
    ['/static/plain.css', 'text/css; charset=utf-8'],
    ['/static/data.unknown', 'application/octet-stream'],
    ['/static/empty.txt', 'text/plain; charset=utf-8'],
    ['/static/my%20photo.txt', 'text/plain; charset=utf-8'],
  ])('%s is asked for again every time', async (path, type) => {
    await using app = await serveBundle()
    const { status, headers, bytes } = await app.send(`${path}?v=1`)
    expect(status).toBe(200)
    expect(headers).toMatchObject({
      'cache-control': 'no-cache',
      'content-type': type,
      vary: 'Accept-Encoding',
    })
    expect(bytes).toEqual(bundleFiles[`bundle${decodeURIComponent(path.slice('/static'.length))}`])
  })

  test.each([hashed, '/static/index.html', '/static/empty.txt', '/'])(
    'B253: HEAD of %s is GET without a body',
    async (path) => {
      await using app = await serveBundle()
      for (const sent of [{}, { 'accept-encoding': 'br' }]) {
        const { headers, status } = await app.send(path, sent)
        const head = await app.send(path, sent, 'HEAD')
        expect(head).toMatchObject({ status, bytes: Buffer.alloc(0) })
        expect({ ...head.headers, date: '' }).toEqual({ ...headers, date: '' })
      }
    },
  )

  test.each(['POST', 'PUT', 'DELETE', 'PATCH'])('B267: %s is not supported', async (method) => {
    await using app = await serveBundle()
    for (const path of [hashed, '/']) {
      const { status, headers } = await app.send(path, {}, method)
      expect(status).toBe(405)
      expect(headers).toMatchObject({ allow: 'GET, HEAD' })
    }
  })
})

describe('what is not served', () => {
  test.each([
    '/static',
    '/static/',
    '/static/assets',
    '/static/assets/',
    '/static/none.js',
    '/static/index.html/',
    '/static/index.html/x',
    '/static/.env',
    '/static/%2eenv',
    '/static/.git/config',
    '/static/../secret.txt',
    '/static/assets/../../secret.txt',
    '/static/%2e%2e/secret.txt',
    '/static/..%2fsecret.txt',
    '/static/..%5csecret.txt',
    '/static/..\\secret.txt',
    '/static//index.html',
    '/static/./index.html',
    '/static/assets/../index.html',
    '/static/%252e%252e/secret.txt',
    '/static/index.html%20',
    '/static/index.html.',
    '/static//etc/passwd',
    '/static/%2fetc%2fpasswd',
    `/static/${'a'.repeat(300)}`,
    `/static/${'a/'.repeat(2000)}`,
  ])('B177, B180: %s', async (path) => {
    await using app = await serveBundle()
    const { status, headers, bytes } = await app.send(path)
    expect({ status, code: bytes.toString() }).toEqual({ status: 404, code: 'ROUTE_NOT_FOUND' })
    expect(headers['cache-control']).toBeUndefined()
  })

  test.each(['/static/%00', '/static/index.html%00', '/static/%', '/static/%E0%A4%A'])(
    'B177: %s, which koa-static cannot read',
    async (path) => {
      await using app = await serveBundle()
      const { status, headers } = await app.send(path)
      expect(status).toBe(400)
      expect(headers['cache-control']).toBeUndefined()
    },
  )

  test.each([
    '/static-private/secret.txt',
    '/static/../bundle-private/secret.txt',
    '/staticindex.html',
    '/index.html',
    '/secret.txt',
  ])('B176: %s, beside what is served', async (path) => {
    await using app = await serveBundle()
    const { status, bytes } = await app.send(path)
    expect(status).toBe(404)
    expect(bytes.toString()).not.toBe('secret')
  })

  test('B173, B176: a link that leads out', async () => {
    await using app = await serveBundle()
    await symlink('/etc/passwd', join(app.directory, 'passwd.txt'))
    await symlink(join(app.root, 'bundle-private'), join(app.directory, 'private'))
    await symlink(join(app.directory, 'nowhere'), join(app.directory, 'dangling.txt'))
    await symlink(join(app.root, 'secret.txt'), join(app.directory, 'plain.css.br'))
    for (const path of ['passwd.txt', 'private/secret.txt', 'dangling.txt']) {
      expect(await app.send(`/static/${path}`)).toMatchObject({
        status: 404,
        bytes: Buffer.from('ROUTE_NOT_FOUND'),
      })
    }
    const css = (coding: string) => app.send('/static/plain.css', { 'accept-encoding': coding })
    expect(await css('br')).toMatchObject({ status: 404, bytes: Buffer.from('ROUTE_NOT_FOUND') })
    expect((await css('gzip')).bytes).toEqual(bundleFiles['bundle/plain.css'])
  })

  test.skipIf(process.platform === 'win32')('B174: a pipe, without waiting for it', async () => {
    await using app = await serveBundle()
    execFileSync('mkfifo', [join(app.directory, 'pipe.txt')])
    expect((await app.send('/static/pipe.txt')).status).toBe(404)
  })

  test('a bundle that is not built yet', async () => {
    await using app = await serveBundle()
    await rm(app.directory, { recursive: true })
    expect((await app.send('/')).status).toBe(404)
    expect((await app.send(hashed)).status).toBe(404)
  })
})

describe('the page', () => {
  test('B236: is revalidated, and runs nothing but its own scripts', async () => {
    await using app = await serveBundle()
    const { status, headers, bytes } = await app.send('/')
    expect(status).toBe(200)
    expect(bytes).toEqual(page)
    expect(headers).toMatchObject({ 'cache-control': 'no-cache', 'content-type': 'text/html; charset=utf-8' })
    const policy = headers['content-security-policy'] ?? ''
    for (const directive of [
      "frame-ancestors 'none'",
      "object-src 'none'",
      "base-uri 'none'",
      "form-action 'self'",
    ]) {
      expect(policy).toContain(directive)
    }
    expect(policy).toContain("img-src 'self' blob: data:")
    expect(policy).not.toMatch(/unsafe|https?:|\*/)
  })

  test('B236: of other origins it knows the one of the photos only', async () => {
    await using app = await serveBundle()
    const policy = String((await app.send('/static/index.html')).headers['content-security-policy'])
    expect(policy.match(/https?:[^\s;]*/g)).toEqual([
      'https://photos.example.com',
      'https://photos.example.com',
    ])
    expect(policy).toContain("connect-src 'self' https://photos.example.com;")
  })

  test('comes compressed to who accepts it', async () => {
    await using app = await serveBundle()
    const { headers, bytes } = await app.send('/', { 'accept-encoding': 'gzip, br' })
    expect(headers).toMatchObject({ 'content-encoding': 'br', 'content-type': 'text/html; charset=utf-8' })
    expect(brotliDecompressSync(bytes)).toEqual(page)
  })
})
