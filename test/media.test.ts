import { createHash } from 'node:crypto'
import { Script } from 'node:vm'
import { makeImage } from '@tintype/imaging/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { targetAt } from './support/base-path.ts'
import { lastingHeaders, type Sending, send } from './support/send.ts'
import { startTintype, type Tintype } from './support/start-tintype.ts'
import { readMedia, uploadPhoto } from './support/upload.ts'
import { expectProblem, type PhotoJson } from './support/uploads.ts'

let tintype: Tintype
let photo: PhotoJson
let original: Uint8Array

beforeAll(async () => {
  tintype = await startTintype()
  original = await makeImage({ width: 640, height: 480, format: 'jpeg' })
  photo = await uploadPhoto(tintype.url, original, { filename: 'cat.jpg' })
})
afterAll(() => tintype[Symbol.asyncDispose]())

const get = (target: string, headers: Sending['headers'] = {}) => send(tintype.url, target, { headers })
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

const kinds = [
  { kind: 'original', target: () => photo.url, mimeType: 'image/jpeg' },
  { kind: 'rendition', target: () => photo.thumbnail.url, mimeType: 'image/webp' },
]
describe.each(kinds)('$kind', ({ target, mimeType }) => {
  let whole: Buffer
  let etag: string
  beforeAll(async () => {
    whole = await readMedia(tintype.url, target())
    etag = `"${sha256(whole)}"`
  })

  test('B104, B235, B239: a strong validator, a year in caches, and headers that forbid scripts', async () => {
    expect(lastingHeaders(await get(target()))).toEqual({
      'accept-ranges': 'bytes',
      'cache-control': 'public, max-age=31536000, immutable',
      'content-length': String(whole.length),
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox",
      'content-type': mimeType,
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'cross-origin',
      etag,
      'referrer-policy': 'no-referrer',
      vary: 'Origin',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
    })
  })

  test('B242: never compressed, and the same for every client', async () => {
    const plain = await get(target())
    for (const headers of [
      { 'accept-encoding': 'br, gzip, zstd, deflate' },
      { accept: 'text/html' },
      { 'x-forwarded-host': 'evil.example', 'x-original-url': '/metrics' },
    ]) {
      const answer = await get(target(), headers)
      expect(lastingHeaders(answer)).toEqual(lastingHeaders(plain))
      expect(answer.body.equals(whole)).toBe(true)
    }
  })

  test('B253: HEAD has the headers of GET and no body, with any request header', async () => {
    const asked = [{}, { 'if-none-match': etag }, { 'if-none-match': '"x"' }, { 'if-match': '"x"' }]
    for (const headers of asked) {
      const head = await send(tintype.url, target(), { method: 'HEAD', headers })
      const full = await get(target(), headers)
      expect(head.status).toBe(full.status)
      expect(lastingHeaders(head)).toEqual(lastingHeaders(full))
      expect(head.body).toHaveLength(0)
    }
  })

  test('B254: a valid cached copy is not sent again', async () => {
    const full = await get(target())
    for (const tags of [etag, `W/${etag}`, `"a", ${etag}, "b"`, `"a",W/${etag}`, '*', ` ,${etag}`]) {
      const answer = await get(target(), { 'if-none-match': tags, range: 'bytes=0-1' })
      expect([tags, answer.status, answer.body.length]).toEqual([tags, 304, 0])
      for (const name of ['etag', 'cache-control', 'vary']) {
        expect(answer.headers.get(name)).toBe(full.headers.get(name))
      }
      expect(answer.headers.has('content-length')).toBe(false)
      expect(answer.headers.has('content-type')).toBe(false)
    }
    for (const tags of ['"a"', etag.slice(0, -2), etag.slice(1, -1), '', '"a", W/"b"', etag.toUpperCase()]) {
      expect([tags, (await get(target(), { 'if-none-match': tags })).status]).toEqual([tags, 200])
    }
  })

  test('B255: dates are ignored, because the hash is the validator', async () => {
    const future = 'Fri, 01 Jan 2100 00:00:00 GMT'
    expect((await get(target(), { 'if-none-match': '"a"', 'if-modified-since': future })).status).toBe(200)
    expect((await get(target(), { 'if-modified-since': 'yesterday, "quoted' })).status).toBe(200)
    expect((await get(target(), { 'if-unmodified-since': 'NaN' })).status).toBe(200)
  })

  test('B256: a precondition that fails is answered 412, one that holds is ignored', async () => {
    for (const tags of ['"a"', `W/${etag}`, '"a", "b"', '']) {
      expectProblem(await get(target(), { 'if-match': tags }), 412, 'PRECONDITION_FAILED')
    }
    for (const tags of [etag, '*', `"a", ${etag}`]) {
      expect((await get(target(), { 'if-match': tags })).status).toBe(200)
    }
  })

  test('B257: a part is sent only if it belongs to the same bytes', async () => {
    const part = await get(target(), { range: 'bytes=2-5', 'if-range': etag })
    expect([part.status, part.body.equals(whole.subarray(2, 6))]).toEqual([206, true])
    for (const validator of ['"a"', `W/${etag}`, 'Fri, 01 Jan 2100 00:00:00 GMT', '*', 'x']) {
      const answer = await get(target(), { range: 'bytes=2-5', 'if-range': validator })
      expect([validator, answer.status, answer.body.equals(whole)]).toEqual([validator, 200, true])
    }
  })

  test('B258, B265: one range is answered with exactly its bytes', async () => {
    const last = whole.length - 1
    const ranges: [string, number, number][] = [
      ['bytes=0-0', 0, 0],
      ['bytes=-1', last, last],
      ['bytes=7-', 7, last],
      ['bytes=0-', 0, last],
      [`bytes=0-${last}`, 0, last],
      [`bytes=${last}-`, last, last],
      ['bytes=5-5', 5, 5],
      ['bytes=-100', last - 99, last],
      ['bytes=0007-0009', 7, 9],
      ['BYTES=1-2', 1, 2],
      ['bytes=0-9223372036854775807', 0, last],
      ['bytes=-18446744073709551616', 0, last],
      [`bytes=3-${'9'.repeat(400)}`, 3, last],
    ]
    for (const [range, start, end] of ranges) {
      const answer = await get(target(), { range })
      expect([range, answer.status]).toEqual([range, 206])
      expect(answer.headers.get('content-range')).toBe(`bytes ${start}-${end}/${whole.length}`)
      expect(answer.headers.get('content-length')).toBe(String(end - start + 1))
      expect(answer.headers.get('etag')).toBe(etag)
      expect(answer.headers.get('content-type')).toBe(mimeType)
      expect(answer.body.equals(whole.subarray(start, end + 1))).toBe(true)
    }
  })

  test('B259, B265: a range after the end cannot be satisfied', async () => {
    const behind = [
      `${whole.length}-`,
      '-0',
      '9223372036854775808-',
      '18446744073709551616-18446744073709551617',
    ]
    for (const range of [...behind, `${'9'.repeat(400)}-`, '999999999-1000000000']) {
      const answer = await get(target(), { range: `bytes=${range}` })
      expectProblem(answer, 416, 'RANGE_NOT_SATISFIABLE')
      expect(answer.headers.get('content-range')).toBe(`bytes */${whole.length}`)
      expect(answer.headers.has('etag')).toBe(false)
    }
  })

  test('B260–B265: anything but a single range gets the whole file, once, and never in parts', async () => {
    const odd = [
      'a-b',
      '5-2',
      '',
      '-',
      '--5',
      '0-1,4-5',
      '0-,0-',
      '1-2, ',
      ' 1-2',
      '0x1-0x2',
      '1e1-20',
      '1.5-2',
      '+1-2',
      '١-٢',
    ]
    const ranges = [
      ...odd.map((one) => `bytes=${one}`),
      'items=0-1',
      'bytes 0-1',
      '0-1',
      'bytes',
      '=',
      'bytes=-1bytes=-1',
    ]
    for (const range of [...ranges, `bytes=${'0-,'.repeat(5000)}0-`, `bytes=${'1-2,'.repeat(3500)}`]) {
      const answer = await get(target(), { range: Buffer.from(range).toString('latin1') })
      expect([range.slice(0, 40), answer.status]).toEqual([range.slice(0, 40), 200])
      expect(answer.headers.has('content-range')).toBe(false)
      expect(answer.body.equals(whole)).toBe(true)
    }
  })

  test('B261: only GET has parts', async () => {
    const head = await send(tintype.url, target(), { method: 'HEAD', headers: { range: 'bytes=0-1' } })
    expect([head.status, head.headers.get('content-length')]).toEqual([200, String(whole.length)])
    expect((await get(`${target()}x`, { range: 'bytes=0-1' })).status).toBe(404)
  })

  test('B267: only reading is allowed', async () => {
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'TRACE', 'PURGE']) {
      const answer = await send(tintype.url, target(), { method })
      expectProblem(answer, 405, 'METHOD_NOT_ALLOWED')
      expect(answer.headers.get('allow')).toBe('GET, HEAD')
    }
    expect((await readMedia(tintype.url, target())).equals(whole)).toBe(true)
  })

  test('B240: a cache key is the path: no query changes what is sent', async () => {
    for (const query of [
      '?v=2',
      '?type=text/html',
      '?format=svg&width=9',
      '?content-type=text/html&filename=x.html',
    ]) {
      const answer = await get(target() + query)
      expect(answer.headers.get('content-type')).toBe(mimeType)
      expect(answer.headers.has('content-disposition')).toBe(false)
      expect(answer.body.equals(whole)).toBe(true)
    }
  })
})

test('B149: the original has the bytes that were sent', async () => {
  const stored = await readMedia(tintype.url, photo.url)
  expect(stored.equals(original)).toBe(true)
  expect(photo.sha256).toBe(sha256(original))
})

test.each(['jpeg', 'png', 'webp', 'gif', 'avif'] as const)(
  'B110: %s: URL, photo and answer agree',
  async (format) => {
    const bytes = await makeImage({ width: 40, height: 30, format })
    const uploaded = await uploadPhoto(tintype.url, bytes, { filename: 'page.html' })
    const answer = await get(uploaded.url)
    expect(uploaded).toMatchObject({ format, mimeType: `image/${format}`, width: 40, height: 30 })
    expect(answer.headers.get('content-type')).toBe(`image/${format}`)
    const file = `${uploaded.id}.${format === 'jpeg' ? 'jpg' : format}`
    expect(uploaded.url).toBe(targetAt(tintype.url, `/media/${file}`))
    expect(answer.body.equals(bytes)).toBe(true)
  },
)

/** A GIF of one pixel that is a script as well: its width reads as the start of a comment. */
const polyglot = Buffer.concat([
  Buffer.from('GIF89a/*\x01\x00\x80\x00\x00', 'latin1'),
  Buffer.from([1, 2, 3, 255, 255, 255, 0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x4c, 1, 0, 0x3b]),
  Buffer.from('*/=1;globalThis.polyglotRan=true//'),
])

test('B104: a file that is a script as well is stored, and no browser may run it', async () => {
  expect(() => new Script(polyglot.toString('latin1'))).not.toThrow()
  const { url, mimeType } = await uploadPhoto(tintype.url, polyglot, { filename: 'lib.js' })
  expect(mimeType).toBe('image/gif')
  const answer = await get(url, { 'sec-fetch-dest': 'script' })
  expect(answer.headers.get('content-type')).toBe('image/gif')
  expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
  expect(answer.headers.get('content-security-policy')).toMatch(/default-src 'none'.*sandbox/)
  expect(answer.body.equals(polyglot)).toBe(true)
})

describe('download', () => {
  const names: [string, string][] = [
    ['cat.jpg', 'cat.jpg'],
    ['ünï 猫 🐈.jpg', 'ünï 猫 🐈.jpg'],
    ['a"b;c=d.jpg', 'a_b;c=d.jpg'],
    ["100% 'quoted' (1)*.jpg", "100% 'quoted' (1)_.jpg"],
    ['CON.jpg', '_CON.jpg'],
    ['a.svg', 'a.svg'],
    ['x\r\nSet-Cookie: a=b.jpg', 'xSet-Cookie_ a=b.jpg'],
  ]
  test.each(names)('B053, B054: %j is saved as %j', async (filename, saved) => {
    const bytes = await makeImage({ width: 8, height: 8, format: 'jpeg' })
    const query = `?filename=${encodeURIComponent(filename)}`
    const created = await send(tintype.url, `/photos${query}`, {
      method: 'POST',
      headers: { 'content-type': 'image/jpeg' },
      body: bytes,
    })
    const { url } = JSON.parse(created.body.toString()) as PhotoJson
    for (const flag of ['?download', '?download=1', '?x=y&download=evil.html']) {
      const answer = await get(url + flag)
      const header = answer.headers.get('content-disposition') ?? ''
      expect(header).toMatch(
        /^attachment; filename="[ !#-[\]-~]*"(?:; filename\*=UTF-8''[!#$&+.^_`|~\w%-]+)?$/,
      )
      const [, plain, , extended] = /filename="([^"]*)"(; filename\*=UTF-8''(.*))?/.exec(header) ?? []
      expect(extended === undefined ? plain : decodeURIComponent(extended)).toBe(saved)
      expect(answer.headers.get('content-type')).toBe('image/jpeg')
    }
  })

  test('B238: a rendition has the name of its photo, its size and its own extension', async () => {
    const answer = await get(`${photo.thumbnail.url}?download`)
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="cat-thumb.webp"')
  })
})
