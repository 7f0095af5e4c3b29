import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises'
import { type IncomingHttpHeaders, request as sendRequest } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { isTintypeError } from '@tintype/contract'
import Koa from 'koa'
import mount from 'koa-mount'
import { describe, expect, test } from 'vitest'
import { securityHeaders } from '../middleware/security-headers.ts'
import { servePage, serveStatic } from './static.ts'

const script = Buffer.from('console.log("tintype")\n'.repeat(50))
const page = Buffer.from('<!doctype html><title>Tintype</title>')
const hashed = '/static/assets/index-BxYz12_a.js'
const immutable = 'public, max-age=31536000, immutable'

const bundle: Record<string, Buffer> = {
  'bundle/index.html': page,
  'bundle/index.html.br': brotliCompressSync(page),
  'bundle/assets/index-BxYz12_a.js': script,
  'bundle/assets/index-BxYz12_a.js.br': brotliCompressSync(script),
  'bundle/assets/index-BxYz12_a.js.zst': zstdCompressSync(script),
  'bundle/assets/index-BxYz12_a.js.gz': gzipSync(script),
  'bundle/plain.css': Buffer.from('a{}'),
  'bundle/data.unknown': Buffer.from('?'),
  'bundle/data.unknown.gz': gzipSync('?'),
  'bundle/empty.txt': Buffer.alloc(0),
  'bundle/my photo.txt': Buffer.from('space'),
  'bundle/.env': Buffer.from('secret'),
  'bundle/.git/config': Buffer.from('secret'),
  'bundle-private/secret.txt': Buffer.from('secret'),
  'secret.txt': Buffer.from('secret'),
}

/** A bundle on disk, a Koa app with what surrounds it in Tintype, and requests as raw as they can be. */
async function serve() {
  const root = await mkdtemp(join(tmpdir(), 'tintype-static-'))
  for (const [path, bytes] of Object.entries(bundle)) {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), bytes)
  }
  const directory = join(root, 'bundle')
  const app = new Koa()
  app.use(async (ctx, next) => {
    await next().catch((error: unknown) => {
      if (!isTintypeError(error)) throw error
      ctx.status = error.status ?? 500
      ctx.body = error.code
    })
  })
  app.use(securityHeaders())
  app.use(mount('/static', serveStatic(directory, { publicUrl: 'https://photos.example.com' })))
  app.use(servePage(directory))
  app.silent = true
  const server = app.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    root,
    directory,
    async send(path: string, headers: Record<string, string> = {}, method = 'GET') {
      const request = sendRequest({ port, host: '127.0.0.1', path, method, headers, agent: false })
      request.end()
      const [answer] = await once(request, 'response')
      const chunks: Buffer[] = []
      for await (const chunk of answer) chunks.push(chunk)
      const received: IncomingHttpHeaders = answer.headers
      return { status: Number(answer.statusCode), headers: received, bytes: Buffer.concat(chunks) }
    },
    async [Symbol.asyncDispose]() {
      server.close()
      await once(server, 'close')
      await rm(root, { recursive: true, force: true })
    },
  }
}

describe('files', () => {
  test('a hashed name is immutable and has everything a cache and a browser need', async () => {
    await using app = await serve()
    const { status, headers, bytes } = await app.send(hashed)
    expect(status).toBe(200)
    expect(bytes).toEqual(script)
    expect(headers).toMatchObject({
      'cache-control': immutable,
      'content-type': expect.stringMatching(/^(?:text|application)\/javascript; charset=utf-8$/),
      'content-length': String(script.length),
      'accept-ranges': 'bytes',
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
    await using app = await serve()
    const { status, headers, bytes } = await app.send(`${path}?v=1`)
    expect(status).toBe(200)
    expect(headers).toMatchObject({ 'cache-control': 'no-cache', 'content-type': type, vary: 'Accept-Encoding' })
    expect(bytes).toEqual(bundle[`bundle${decodeURIComponent(path.slice('/static'.length))}`])
  })

  test.each([hashed, '/static/index.html', '/static/empty.txt', '/'])('B253: HEAD of %s is GET without a body', async (path) => {
    await using app = await serve()
    for (const sent of [{}, { 'accept-encoding': 'br' }]) {
      const { headers, status } = await app.send(path, sent)
      const head = await app.send(path, sent, 'HEAD')
      expect(head).toMatchObject({ status, bytes: Buffer.alloc(0) })
      expect({ ...head.headers, date: '' }).toEqual({ ...headers, date: '' })
    }
  })

  test.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'])('B267: %s is not supported', async (method) => {
    await using app = await serve()
    for (const path of [hashed, '/']) {
      const { status, headers } = await app.send(path, {}, method)
      expect(status).toBe(405)
      expect(headers).toMatchObject({ allow: 'GET, HEAD' })
    }
  })
})

describe('precompressed variants', () => {
  test.each([
    ['gzip, deflate, br, zstd', 'br', brotliDecompressSync],
    ['gzip, zstd', 'zstd', zstdDecompressSync],
    ['gzip', 'gzip', gunzipSync],
    ['br;q=0.1, gzip;q=0.9', 'gzip', gunzipSync],
    ['*;q=0.5, br;q=0', 'zstd', zstdDecompressSync],
    ['identity;q=0, *', 'br', brotliDecompressSync],
  ] as const)('%s → %s', async (accept, coding, decompress) => {
    await using app = await serve()
    const plain = await app.send(hashed)
    const { status, headers, bytes } = await app.send(hashed, { 'accept-encoding': accept })
    expect(status).toBe(200)
    expect(decompress(bytes)).toEqual(script)
    expect(headers).toMatchObject({
      'content-encoding': coding,
      'content-type': plain.headers['content-type'],
      'content-length': String(bytes.length),
      'cache-control': immutable,
      vary: 'Accept-Encoding',
    })
    expect(headers.etag).not.toBe(plain.headers.etag)
  })

  test('each coding has its own tag', async () => {
    await using app = await serve()
    const tags = new Set<string | undefined>()
    for (const accept of ['br', 'zstd', 'gzip', 'identity']) {
      tags.add((await app.send(hashed, { 'accept-encoding': accept })).headers.etag)
    }
    expect(tags.size).toBe(4)
  })

  test('what was not precompressed is sent as it is, and what has an unknown type keeps it', async () => {
    await using app = await serve()
    const css = await app.send('/static/plain.css', { 'accept-encoding': 'br, gzip' })
    expect(css.headers['content-encoding']).toBeUndefined()
    expect(css.headers.vary).toBe('Accept-Encoding')
    const unknown = await app.send('/static/data.unknown', { 'accept-encoding': 'br, gzip' })
    expect(unknown.headers).toMatchObject({ 'content-encoding': 'gzip', 'content-type': 'application/octet-stream' })
  })

  test.each(['.br', '.zst', '.gz'])('a variant has no URL of its own: %s', async (suffix) => {
    await using app = await serve()
    expect(await app.send(hashed + suffix)).toMatchObject({ status: 404 })
  })
})

describe('conditions and parts', () => {
  test('B254: a tag that is known is answered 304, with what caches need and without a body', async () => {
    await using app = await serve()
    for (const path of [hashed, '/static/plain.css', '/']) {
      for (const accept of ['br', 'identity']) {
        const whole = await app.send(path, { 'accept-encoding': accept })
        const sent = { 'accept-encoding': accept, 'if-none-match': `"x", W/${whole.headers.etag}` }
        for (const method of ['GET', 'HEAD']) {
          const { status, headers, bytes } = await app.send(path, sent, method)
          expect({ status, byteSize: bytes.length }).toEqual({ status: 304, byteSize: 0 })
          expect(headers).toMatchObject({
            etag: whole.headers.etag,
            'cache-control': whole.headers['cache-control'],
            vary: 'Accept-Encoding',
          })
          expect(headers['content-length']).toBeUndefined()
        }
      }
    }
  })

  test('B255: a time is enough where there is no tag', async () => {
    await using app = await serve()
    const { headers } = await app.send(hashed)
    const since = { 'if-modified-since': headers['last-modified'] ?? '' }
    expect((await app.send(hashed, since)).status).toBe(304)
    expect((await app.send(hashed, { ...since, 'if-none-match': '"x"' })).status).toBe(200)
  })

  test('B256, B241: a precondition that fails is an error that nobody keeps', async () => {
    await using app = await serve()
    const { status, headers } = await app.send(hashed, { 'if-match': '"x"' })
    expect(status).toBe(412)
    expect(headers['cache-control']).toBeUndefined()
    expect(headers.etag).toBeUndefined()
  })

  test('B258, B257: a part', async () => {
    await using app = await serve()
    const whole = await app.send(hashed)
    const { status, headers, bytes } = await app.send(hashed, { range: 'bytes=5-9', 'if-range': whole.headers.etag ?? '' })
    expect(status).toBe(206)
    expect(bytes).toEqual(script.subarray(5, 10))
    expect(headers).toMatchObject({ 'content-range': `bytes 5-9/${script.length}`, 'content-length': '5' })
    expect((await app.send(hashed, { range: 'bytes=5-9', 'if-range': '"x"' })).bytes).toEqual(script)
  })

  test('B259: a part that does not exist', async () => {
    await using app = await serve()
    const { status, headers } = await app.send(hashed, { range: 'bytes=99999-' })
    expect(status).toBe(416)
    expect(headers['content-range']).toBe(`bytes */${script.length}`)
    expect(headers['cache-control']).toBeUndefined()
  })

  test('B261: never a part of a coded file, of HEAD or of an error', async () => {
    await using app = await serve()
    const range = { range: 'bytes=0-1' }
    const coded = await app.send(hashed, { ...range, 'accept-encoding': 'br' })
    expect(brotliDecompressSync(coded.bytes)).toEqual(script)
    expect(coded).toMatchObject({ status: 200, headers: { 'content-encoding': 'br' } })
    expect(coded.headers['accept-ranges']).toBeUndefined()
    expect((await app.send(hashed, range, 'HEAD')).status).toBe(200)
    expect((await app.send('/static/none.js', range)).status).toBe(404)
  })

  test('a new release with the size and the mtime of the old one is a new version', async () => {
    await using app = await serve()
    const file = join(app.directory, 'index.html')
    const release = async (text: string) => {
      await writeFile(file, text)
      // npm gives every file of every package this time.
      await utimes(file, new Date('1985-10-26T08:15:00Z'), new Date('1985-10-26T08:15:00Z'))
      return (await stat(file)).ctimeMs
    }
    const before = await release('index-AAAAAAAA.js')
    const { headers } = await app.send('/static/index.html')
    // The clock of the file system may tick more slowly than this loop turns.
    while ((await release('index-BBBBBBBB.js')) === before);
    const { bytes, status } = await app.send('/static/index.html', { 'if-none-match': headers.etag ?? '' })
    expect({ status, text: bytes.toString() }).toEqual({ status: 200, text: 'index-BBBBBBBB.js' })
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
    '/static/%00',
    '/static/index.html%00',
    '/static/%',
    '/static/%E0%A4%A',
    '/static/index.html%20',
    '/static/index.html.',
    '/static//etc/passwd',
    '/static/%2fetc%2fpasswd',
    `/static/${'a'.repeat(300)}`,
    `/static/${'a/'.repeat(2000)}`,
  ])('B177, B180: %s', async (path) => {
    await using app = await serve()
    const { status, headers, bytes } = await app.send(path)
    expect({ status, code: bytes.toString() }).toEqual({ status: 404, code: 'ROUTE_NOT_FOUND' })
    expect(headers['cache-control']).toBeUndefined()
  })

  test.each(['/static-private/secret.txt', '/static/../bundle-private/secret.txt', '/staticindex.html', '/index.html', '/secret.txt'])(
    'B176: %s, beside what is served',
    async (path) => {
      await using app = await serve()
      const { status, bytes } = await app.send(path)
      expect(status).toBe(404)
      expect(bytes.toString()).not.toBe('secret')
    },
  )

  test('B173, B176: a link that leads out', async () => {
    await using app = await serve()
    await symlink('/etc/passwd', join(app.directory, 'passwd.txt'))
    await symlink(join(app.root, 'bundle-private'), join(app.directory, 'private'))
    await symlink(join(app.directory, 'nowhere'), join(app.directory, 'dangling.txt'))
    await symlink('loop.txt', join(app.directory, 'loop.txt'))
    await symlink(join(app.root, 'secret.txt'), join(app.directory, 'plain.css.br'))
    for (const path of ['passwd.txt', 'private/secret.txt', 'dangling.txt', 'loop.txt']) {
      expect(await app.send(`/static/${path}`)).toMatchObject({ status: 404, bytes: Buffer.from('ROUTE_NOT_FOUND') })
    }
    const css = await app.send('/static/plain.css', { 'accept-encoding': 'br' })
    expect(css.bytes).toEqual(bundle['bundle/plain.css'])
  })

  test.skipIf(process.platform === 'win32')('B174: a pipe, without waiting for it', async () => {
    await using app = await serve()
    execFileSync('mkfifo', [join(app.directory, 'pipe.txt')])
    expect((await app.send('/static/pipe.txt')).status).toBe(404)
  })

  test('a bundle that is not built yet', async () => {
    await using app = await serve()
    await rm(app.directory, { recursive: true })
    expect((await app.send('/')).status).toBe(404)
    expect((await app.send(hashed)).status).toBe(404)
  })
})

describe('the page', () => {
  test('B236: is revalidated, and runs nothing but its own scripts', async () => {
    await using app = await serve()
    const { status, headers, bytes } = await app.send('/')
    expect(status).toBe(200)
    expect(bytes).toEqual(page)
    expect(headers).toMatchObject({ 'cache-control': 'no-cache', 'content-type': 'text/html; charset=utf-8' })
    const policy = headers['content-security-policy'] ?? ''
    for (const directive of ["frame-ancestors 'none'", "object-src 'none'", "base-uri 'none'", "form-action 'self'"]) {
      expect(policy).toContain(directive)
    }
    expect(policy).toContain("img-src 'self' blob: data:")
    expect(policy).not.toMatch(/unsafe|https?:|\*/)
  })

  test('B236: of other origins it knows the one of the photos only', async () => {
    await using app = await serve()
    const policy = String((await app.send('/static/index.html')).headers['content-security-policy'])
    expect(policy.match(/https?:[^\s;]*/g)).toEqual(['https://photos.example.com', 'https://photos.example.com'])
    expect(policy).toContain("connect-src 'self' https://photos.example.com;")
  })

  test('comes compressed to who accepts it', async () => {
    await using app = await serve()
    const { headers, bytes } = await app.send('/', { 'accept-encoding': 'gzip, br' })
    expect(headers).toMatchObject({ 'content-encoding': 'br', 'content-type': 'text/html; charset=utf-8' })
    expect(brotliDecompressSync(bytes)).toEqual(page)
  })
})
