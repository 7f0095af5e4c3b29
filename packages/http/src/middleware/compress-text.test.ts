import { Readable } from 'node:stream'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { type Answer, serveApp } from '../testing/serve-app.ts'
import { compressText } from './compress-text.ts'

const json = (photos: number, more = '') =>
  JSON.stringify(Array.from({ length: photos }, (_, id) => ({ id, more })))
const bodies: Readonly<Record<string, () => unknown>> = {
  '/short': () => json(9),
  '/page': () => json(1000, 'é'),
  '/long': () => json(100_000),
  '/signed': () => json(1000, `/media/1.jpg?p=a&e=1800000000&k=k1&s=${'A'.repeat(43)}`),
  '/key': () => json(1000, 'ttk_0123456789ab_'),
  '/token': () => json(1000, 'ttu.x'),
  '/bytes': () => Buffer.alloc(5000),
  '/stream': () => Readable.from([json(1000)]),
}

function serve() {
  return serveApp((app) => {
    app.use(compressText())
    app.use((ctx) => {
      ctx.type = 'json'
      ctx.set('Vary', 'Origin')
      ctx.body = bodies[ctx.path]?.()
    })
  })
}

const decode = { br: brotliDecompressSync, gzip: gunzipSync }

/** The coding of an answer; its text must be the same as without. */
function codingOf({ headers, bytes }: Answer, path: string): string | undefined {
  const coding = headers['content-encoding']
  expect(headers['content-length']).toBe(String(bytes.length))
  const plain = coding === 'br' || coding === 'gzip' ? decode[coding](bytes) : bytes
  expect(plain.toString()).toBe(String(bodies[path]?.()))
  return coding
}

describe('a text', () => {
  test.each([
    ['br', 'br'],
    ['gzip', 'gzip'],
    ['gzip;q=0, br;q=0.1', 'br'],
    ['br;q=0, gzip', 'gzip'],
    ['*', 'br'],
    ['identity', undefined],
    ['deflate, zstd', undefined],
    ['br;q=0, gzip;q=0', undefined],
    ['nonsense, ;q=', undefined],
  ])('is sent to a client that accepts %s with coding %s', async (accepted, coding) => {
    await using served = await serve()
    for (const path of ['/page', '/long']) {
      const answer = await served.send(path, { 'Accept-Encoding': accepted })
      expect(codingOf(answer, path)).toBe(coding)
      expect(answer.headers.vary).toBe('Origin, Accept-Encoding')
      if (coding !== undefined) expect(answer.bytes.length).toBeLessThan(String(bodies[path]?.()).length / 3)
    }
  })

  test('is not compressed for a client that does not say what it accepts', async () => {
    await using served = await serve()
    const answer = await served.send('/page')
    expect(codingOf(answer, '/page')).toBeUndefined()
    expect(answer.headers.vary).toBe('Origin, Accept-Encoding')
  })

  test('has the same headers for HEAD', async () => {
    await using served = await serve()
    const asked = { 'Accept-Encoding': 'gzip' }
    const [got, head] = [await served.send('/page', asked), await served.send('/page', asked, 'HEAD')]
    expect(head.bytes).toHaveLength(0)
    for (const name of ['content-encoding', 'content-length', 'content-type', 'vary'])
      expect(head.headers[name]).toBe(got.headers[name])
  })

  test.each(['/short', '/signed', '/key', '/token', '/bytes'])(
    'B242 is not compressed if it is short, has a secret, or is no text: %s',
    async (path) => {
      await using served = await serve()
      const answer = await served.send(path, { 'Accept-Encoding': 'br, gzip' })
      expect(codingOf(answer, path)).toBeUndefined()
      expect(answer.headers.vary).toBe('Origin')
    },
  )

  test('that arrives in pieces is not compressed', async () => {
    await using served = await serve()
    const { headers, bytes } = await served.send('/stream', { 'Accept-Encoding': 'br, gzip' })
    expect(headers['content-encoding']).toBeUndefined()
    expect(bytes.toString()).toBe(json(1000))
  })
})
