import { stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { hashed, serveBundle } from '../testing/serve-bundle.ts'
import { script } from '../testing/write-bundle.ts'

const immutable = 'public, max-age=31536000, immutable'

describe('precompressed variants', () => {
  test.each([
    ['gzip, deflate, br, zstd', 'br', brotliDecompressSync],
    ['gzip, zstd', 'gzip', gunzipSync],
    ['gzip', 'gzip', gunzipSync],
    ['*;q=0.5, br;q=0', 'gzip', gunzipSync],
    ['identity;q=0, *', 'br', brotliDecompressSync],
  ] as const)('%s → %s', async (accept, coding, decompress) => {
    await using app = await serveBundle()
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
    await using app = await serveBundle()
    const tags = new Set<string | undefined>()
    for (const accept of ['br', 'gzip', 'identity']) {
      tags.add((await app.send(hashed, { 'accept-encoding': accept })).headers.etag)
    }
    expect(tags.size).toBe(3)
  })

  test('what was not precompressed is sent as it is, and what has an unknown type keeps it', async () => {
    await using app = await serveBundle()
    const css = await app.send('/static/plain.css', { 'accept-encoding': 'br, gzip' })
    expect(css.headers['content-encoding']).toBeUndefined()
    expect(css.headers.vary).toBe('Accept-Encoding')
    const unknown = await app.send('/static/data.unknown', { 'accept-encoding': 'br, gzip' })
    expect(unknown.headers).toMatchObject({
      'content-encoding': 'gzip',
      'content-type': 'application/octet-stream',
    })
  })

  test.each(['.br', '.zst', '.gz'])('a variant has no URL of its own: %s', async (suffix) => {
    await using app = await serveBundle()
    expect(await app.send(hashed + suffix)).toMatchObject({ status: 404 })
  })
})

describe('conditions', () => {
  test('B254: a tag that is known is answered 304, with what caches need and without a body', async () => {
    await using app = await serveBundle()
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
    await using app = await serveBundle()
    const { headers } = await app.send(hashed)
    const since = { 'if-modified-since': headers['last-modified'] ?? '' }
    expect((await app.send(hashed, since)).status).toBe(304)
    expect((await app.send(hashed, { ...since, 'if-none-match': '"x"' })).status).toBe(200)
  })

  test('B256, B241: a precondition that fails is an error that is not cached', async () => {
    await using app = await serveBundle()
    const { status, headers } = await app.send(hashed, { 'if-match': '"x"' })
    expect(status).toBe(412)
    expect(headers['cache-control']).toBeUndefined()
    expect(headers.etag).toBeUndefined()
  })

  test('B261: never a part, because a bundle has none', async () => {
    await using app = await serveBundle()
    const range = { range: 'bytes=0-1' }
    expect(await app.send(hashed, range)).toMatchObject({ status: 200, bytes: script })
    const coded = await app.send(hashed, { ...range, 'accept-encoding': 'br' })
    expect(brotliDecompressSync(coded.bytes)).toEqual(script)
    expect(coded).toMatchObject({ status: 200, headers: { 'content-encoding': 'br' } })
    expect(coded.headers['accept-ranges']).toBeUndefined()
    expect((await app.send('/static/none.js', range)).status).toBe(404)
  })

  test('a new release with the size and the mtime of the old one is a new version', async () => {
    await using app = await serveBundle()
    const file = join(app.directory, 'index.html')
    const release = async (text: string) => {
      await writeFile(file, text)
      // npm gives every file of every package this time.
      await utimes(file, new Date('1985-10-26T08:15:00Z'), new Date('1985-10-26T08:15:00Z'))
      return Math.floor((await stat(file)).ctimeMs) // as in the validator
    }
    const before = await release('index-AAAAAAAA.js')
    const { headers } = await app.send('/static/index.html')
    // The clock of the file system may tick more slowly than this loop turns.
    while ((await release('index-BBBBBBBB.js')) === before);
    const { bytes, status } = await app.send('/static/index.html', { 'if-none-match': headers.etag ?? '' })
    expect({ status, text: bytes.toString() }).toEqual({ status: 200, text: 'index-BBBBBBBB.js' })
  })
})
