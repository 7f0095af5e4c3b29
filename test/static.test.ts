import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { makeImage } from '@tintype/imaging/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { lastingHeaders, type Sending, send } from './support/send.ts'
import { repository, startTintype, type Tintype } from './support/start-tintype.ts'
import { uploadPhoto } from './support/upload.ts'
import { expectProblem } from './support/uploads.ts'

const script = `console.log(${JSON.stringify('tintype '.repeat(500))})\n`
const scriptPath = '/static/assets/index-CHcnI4XC.js'
const page =
  '<!doctype html><title>Bundle</title><script type="module" src="/static/assets/index-CHcnI4XC.js"></script>\n'
const decoders = { br: brotliDecompressSync, gzip: gunzipSync }
type Coding = keyof typeof decoders

let parent: string
let tintype: Tintype
beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), 'tintype-bundle-'))
  const bundle = join(parent, 'bundle')
  await mkdir(join(bundle, 'assets'), { recursive: true })
  await mkdir(join(bundle, '.git'))
  await mkdir(join(parent, 'bundle-private'))
  const file = join(bundle, 'assets/index-CHcnI4XC.js')
  const files: [string, string | Uint8Array][] = [
    [join(bundle, 'index.html'), page],
    [file, script],
    [`${file}.br`, brotliCompressSync(script)],
    [`${file}.zst`, zstdCompressSync(script)],
    [`${file}.gz`, gzipSync(script)],
    [join(bundle, 'robots.txt'), 'User-agent: *\n'],
    [join(bundle, 'only.css.gz'), gzipSync('a{}')],
    [join(bundle, '.git/config'), 'secret'],
    [join(bundle, '.env'), 'secret'],
    [join(parent, 'secret.txt'), 'secret'],
    [join(parent, 'bundle-private/secret.txt'), 'secret'],
  ]
  for (const [path, content] of files) await writeFile(path, content)
  await symlink(join(parent, 'secret.txt'), join(bundle, 'link.txt'))
  await symlink(parent, join(bundle, 'up'))
  tintype = await startTintype({ env: { TINTYPE_STATIC_DIR: bundle } })
})
afterAll(async () => {
  await tintype[Symbol.asyncDispose]()
  await rm(parent, { recursive: true, force: true })
})

const get = (target: string, headers: Sending['headers'] = {}) => send(tintype.url, target, { headers })

describe('the page', () => {
  test('B236: is served at the root, revalidated each time, and may run no foreign scripts', async () => {
    const answer = await get('/')
    expect([answer.status, answer.body.toString()]).toEqual([200, page])
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(answer.headers.get('cache-control')).toBe('no-cache')
    const policy = Object.fromEntries(
      (answer.headers.get('content-security-policy') ?? '').split('; ').map((one) => one.split(/ (.*)/)),
    )
    expect(policy).toMatchObject({
      'default-src': "'none'",
      'script-src': "'self'",
      'style-src': "'self'",
      'object-src': "'none'",
      'base-uri': "'none'",
      'frame-ancestors': "'none'",
      'img-src': "'self' blob: data:",
      'connect-src': "'self'",
    })
    expect(answer.headers.get('content-security-policy')).not.toMatch(/unsafe|\*|https?:/)
    expect(answer.headers.get('x-frame-options')).toBe('DENY')
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
    expect((await get('/static/index.html')).body.toString()).toBe(page)
  })

  test('B236: may show photos of the public URL, if there is one', async () => {
    const env = {
      TINTYPE_STATIC_DIR: join(parent, 'bundle'),
      TINTYPE_PUBLIC_URL: 'https://photos.example.com',
    }
    await using named = await startTintype({ env })
    const policy = (await send(named.url, '/')).headers.get('content-security-policy')
    expect(policy).toContain("img-src 'self' https://photos.example.com blob: data:")
    expect(policy).toContain("connect-src 'self' https://photos.example.com;")
    expect(policy).toContain("script-src 'self';")
  })

  test('is missing without a bundle, and everything else works', async () => {
    await using bare = await startTintype({ env: { TINTYPE_STATIC_DIR: join(parent, 'nothing') } })
    expectProblem(await send(bare.url, '/'), 404, 'ROUTE_NOT_FOUND')
    expectProblem(await send(bare.url, scriptPath), 404, 'ROUTE_NOT_FOUND')
    expect((await send(bare.url, '/readyz')).status).toBe(200)
  })
})

describe('its files', () => {
  test('are cached for ever if their name has a hash, otherwise revalidated', async () => {
    const hashed = await get(scriptPath)
    expect(hashed.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
    expect(hashed.headers.get('content-type')).toMatch(/^(?:text|application)\/javascript; charset=utf-8$/)
    expect(hashed.body.toString()).toBe(script)
    const plain = await get('/static/robots.txt')
    expect(plain.headers.get('cache-control')).toBe('no-cache')
    expect(plain.headers.get('content-type')).toBe('text/plain; charset=utf-8')
  })

  test.each<[string, Coding | undefined]>([
    ['br', 'br'],
    ['gzip, deflate, br, zstd', 'br'],
    ['zstd, gzip', 'gzip'],
    ['gzip', 'gzip'],
    ['zstd', undefined],
    ['br;q=0, gzip', 'gzip'],
    ['br;q=0, *', 'gzip'],
    ['*', 'br'],
    ['', undefined],
    ['identity', undefined],
    ['br;q=0', undefined],
    ['gzip;q=0.5, identity', undefined],
    ['br;q=nonsense', undefined],
    [`${'br;q=0,'.repeat(1500)}x`, undefined],
  ])('Accept-Encoding %.40s is answered with %s', async (accepted, coding) => {
    const answer = await get(scriptPath, { 'accept-encoding': accepted })
    expect([answer.status, answer.headers.get('content-encoding') ?? undefined]).toEqual([200, coding])
    expect(answer.headers.get('vary')).toContain('Accept-Encoding')
    expect(answer.headers.get('content-length')).toBe(String(answer.body.length))
    expect(answer.headers.get('content-type')).toContain('javascript')
    expect((coding ? decoders[coding](answer.body) : answer.body).toString()).toBe(script)
  })

  test('B253, B254: each compressed variant has its own tag and its own 304', async () => {
    const tags = new Set<string>()
    for (const accepted of ['', 'br', 'gzip']) {
      const headers = { 'accept-encoding': accepted }
      const full = await get(scriptPath, headers)
      const etag = full.headers.get('etag') ?? ''
      tags.add(etag)
      const head = await send(tintype.url, scriptPath, { method: 'HEAD', headers })
      expect([head.status, lastingHeaders(head), head.body.length]).toEqual([200, lastingHeaders(full), 0])
      const again = await get(scriptPath, { ...headers, 'if-none-match': etag })
      expect([again.status, again.body.length, again.headers.get('etag')]).toEqual([304, 0, etag])
      expect(again.headers.get('vary')).toBe(full.headers.get('vary'))
      expect((await get(scriptPath, { ...headers, 'if-none-match': '"other"' })).status).toBe(200)
      const since = { 'if-modified-since': full.headers.get('last-modified') ?? '' }
      expect((await get(scriptPath, { ...headers, ...since })).status).toBe(304)
    }
    expect(tags.size).toBe(3)
  })

  test('B261: are sent whole, whatever range is requested', async () => {
    const whole = await get(scriptPath, { range: 'bytes=2-5', 'accept-encoding': 'identity' })
    expect([whole.status, whole.body.toString()]).toEqual([200, script])
    expect(whole.headers.has('accept-ranges')).toBe(false)
    const coded = await get(scriptPath, { range: 'bytes=2-5', 'accept-encoding': 'gzip' })
    expect([coded.status, gunzipSync(coded.body).toString()]).toEqual([200, script])
  })

  const targets = `
    /static /static/ /static/. /static/.. /static/assets /static/assets/ /static/nothing.js /static/.env /static/.git/config
    /static/../secret.txt /static/%2e%2e/secret.txt /static/..%2fsecret.txt /static/..%5csecret.txt /static/..\\secret.txt
    /static/%252e%252e%252fsecret.txt /static//secret.txt /static//etc/passwd /static/%2fetc%2fpasswd /static/./robots.txt
    /static/link.txt /static/up/secret.txt /static/up/bundle-private/secret.txt /static/../bundle-private/secret.txt
    /static-private/secret.txt /staticX/robots.txt /STATIC/robots.txt /static/robots.txt/ /static/robots.txt%00
    /static/robots.txt%00.js /static/%ff /static/%zz /static/assets/index-CHcnI4XC.js.br /static/assets/index-CHcnI4XC.js.gz
    /static/assets/index-CHcnI4XC.js.zst /static/only.css /static/only.css.gz /static/robots.txt:x /static/assets%2findex-CHcnI4XC.js
    /robots.txt /assets/index-CHcnI4XC.js /index.html /static/__proto__ /media/../static/robots.txt /media/robots.txt
  `
  test.each(targets.trim().split(/\s+/))('B173, B176, B177, B180: nothing at %s', async (target) => {
    const answer = await get(target, { 'accept-encoding': 'br, gzip' })
    expect([400, 404]).toContain(answer.status)
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(answer.headers.has('content-encoding')).toBe(false)
    expect(answer.body.toString()).not.toContain('secret')
  })

  test('B247: uploads are never among them', async () => {
    const { id } = await uploadPhoto(tintype.url, await makeImage({ width: 9, height: 9, format: 'png' }), {
      filename: 'sw.js',
    })
    const [blob = ''] = (await tintype.blobs()).filter((one) => one.startsWith('originals'))
    for (const path of [
      `${id}.png`,
      blob,
      `media/${blob}`,
      `../media/${blob}`,
      'sw.js',
      '..%2fmedia%2fsw.js',
    ]) {
      expectProblem(await get(`/static/${path}`), 404, 'ROUTE_NOT_FOUND')
    }
  })
})

const dist = join(repository, 'apps/gallery/dist/index.html')
test.skipIf(!existsSync(dist))('the built gallery is served, every file that its page names', async () => {
  await using whole = await startTintype()
  const { status, body } = await send(whole.url, '/')
  expect(status).toBe(200)
  const urls = [...body.toString().matchAll(/(?:src|href)="([^"]+)"/g)].map(([, url]) => url ?? '')
  const paths = urls.map((url) => new URL(url, `${whole.url}/`).pathname)
  expect(paths.length).toBeGreaterThan(1)
  for (const path of paths) {
    if (path.endsWith('/theme.js')) {
      // shorter than its compressed form, and without a hash in its name: it stays as it is, and is asked for again
      const answer = await send(whole.url, path)
      expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-cache'])
      continue
    }
    for (const coding of ['br', 'gzip'] as const) {
      const answer = await send(whole.url, path, { headers: { 'accept-encoding': coding } })
      expect([path, answer.status, answer.headers.get('content-encoding')]).toEqual([path, 200, coding])
      expect(answer.headers.get('cache-control')).toContain('immutable')
      const plain = await send(whole.url, path)
      expect(decoders[coding](answer.body).equals(plain.body)).toBe(true)
    }
  }
})
