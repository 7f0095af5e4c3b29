import { makeImage } from '@tintype/imaging/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { targetBelow } from './support/base-path.ts'
import { requestHead, sendRaw } from './support/raw-http.ts'
import { send } from './support/send.ts'
import { startTintype, type Tintype } from './support/start-tintype.ts'
import { countPhotos, expectPhoto, expectProblem, keepsNothing } from './support/uploads.ts'

const id = '0193f6a2-7c1e-7b3a-9d2e-5f60718293a4'

let tintype: Tintype
let png: Uint8Array
beforeAll(async () => {
  tintype = await startTintype()
  png = await makeImage({ width: 8, height: 8, format: 'png' })
})
afterAll(() => tintype[Symbol.asyncDispose]())

/** Sends an upload whose head is written line by line, so that a header can come twice. */
function sendUpload(lines: readonly string[], target = '/photos') {
  const all = [...lines, `Content-Length: ${png.length}`].map((line) => `${line}\r\n`).join('')
  const head = requestHead(`POST ${target}`).replace('\r\n\r\n', `\r\n${all}\r\n`)
  return sendRaw(tintype.url, Buffer.concat([Buffer.from(head), png]))
}

describe('versions', () => {
  test('B076: HTTP/1.0 is answered, for health checks also without a Host', async () => {
    const head = requestHead('GET /healthz').replace('HTTP/1.1', 'HTTP/1.0')
    for (const one of [head, head.replace('Host: localhost\r\n', '')]) {
      const { status, headers } = await sendRaw(tintype.url, one)
      expect([status, headers.get('connection')]).toEqual([200, 'close'])
    }
    for (const target of ['/metrics', '/photos/x', '/', '/healthz/x', '//healthz'])
      expectProblem(
        await sendRaw(tintype.url, `GET ${targetBelow(target)} HTTP/1.0\r\n\r\n`),
        403,
        'HOST_NOT_ALLOWED',
      )
  })

  test.each(['/healthz', '/healthz/', '/healthz?from=a-check', '/readyz', '/readyz/node'])(
    'B076: a health check of %s needs no Host',
    async (path) => {
      const target = targetBelow(path)
      const heads = ['HTTP/1.0', 'HTTP/1.0\r\nHost:', 'HTTP/1.1\r\nConnection: close\r\nHost:']
      for (const rest of heads) {
        for (const [method, status] of [
          ['GET', 200],
          ['OPTIONS', 204],
          ['PUT', 405],
        ] as const) {
          const answer = await sendRaw(tintype.url, `${method} ${target} ${rest}\r\n\r\n`)
          expect([method, rest, answer.status]).toEqual([method, rest, status])
        }
      }
      const ofPage = await sendRaw(tintype.url, `GET ${target} HTTP/1.0\r\nOrigin: https://a.example\r\n\r\n`)
      expectProblem(ofPage, 403, 'HOST_NOT_ALLOWED')
    },
  )

  test('B076: a target may have an authority', async () => {
    expect((await sendRaw(tintype.url, requestHead('GET http://localhost/healthz'))).status).toBe(200)
  })
})

describe('a request that announces no body', () => {
  test.each([
    ['/photos', 'multipart/form-data; boundary=x', 400, 'INVALID_MULTIPART'],
    ['/photos/thumbnail', 'image/jpeg', 400, 'EMPTY_FILE'],
    ['/photos', 'text/plain', 415, 'UNSUPPORTED_MEDIA_TYPE'],
  ] as const)('is read as an empty one: POST %s, %s', async (target, type, status, code) => {
    const head = requestHead(`POST ${target}`, { 'Content-Type': type })
    expectProblem(await sendRaw(tintype.url, head), status, code)
  })

  test('is read as an empty one by procedures', async () => {
    const head = requestHead('POST /trpc/photos.delete', { 'Content-Type': 'application/json' })
    const { status, body } = await sendRaw(tintype.url, head)
    expect([status, JSON.parse(String(body)).error.data.code]).toEqual([400, 'INVALID_REQUEST'])
  })
})

describe('methods', () => {
  test.each([
    ['/healthz', 'GET, HEAD'],
    ['/readyz', 'GET, HEAD'],
    ['/metrics', 'GET, HEAD'],
    ['/photos', 'POST'],
    ['/photos/thumbnail', 'POST'],
    [`/photos/${id}`, 'DELETE, GET, HEAD'],
    ['/', 'GET, HEAD'],
    ['/static/x.js', 'GET, HEAD'],
    ['/media/x.jpg', 'GET, HEAD'],
    ['/trpc/photos.list', 'GET, HEAD, POST'],
  ])('B076: %s allows %s and lists them for other methods', async (path, allow) => {
    const asked = await send(tintype.url, path, { method: 'OPTIONS' })
    expect([asked.status, asked.headers.get('allow'), asked.body.length]).toEqual([204, allow, 0])
    for (const method of ['TRACE', 'PUT', 'PATCH', 'PURGE', 'M-SEARCH']) {
      const answer = await send(tintype.url, path, { method, headers: { 'x-secret': 'echoed' } })
      expect([method, answer.status, answer.headers.get('allow')]).toEqual([method, 405, allow])
      expect(answer.body.toString()).toContain('"code":"METHOD_NOT_ALLOWED"')
      expect(answer.body.toString()).not.toContain('echoed')
    }
  })

  test('B076: the upload for a thumbnail is not a photo called thumbnail', async () => {
    for (const method of ['GET', 'HEAD', 'DELETE']) {
      const answer = await send(tintype.url, '/photos/thumbnail', { method })
      expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST'])
    }
  })
})

describe('targets', () => {
  test.each(['*', 'localhost', '?a', 'mailto:a@b'])('B076: %s is not a path', async (target) => {
    for (const method of ['GET', 'OPTIONS']) {
      const answer = await sendRaw(tintype.url, requestHead(`${method} ${target}`))
      expectProblem(answer, 400, 'INVALID_REQUEST')
    }
  })

  test.each(['%', '%2', '%zz', '%c0%ae%c0%ae', '%e0%80%af', '%ed%a0%80', '%f4%90%80%80', '%ff', 'a%E2%82'])(
    'B080: %s is not UTF-8 and reaches no route',
    async (segment) => {
      const targets = ['/', '/photos/', '/media/', `/media/${id}/`, '/static/', '/trpc/']
      for (const target of targets) {
        expectProblem(await send(tintype.url, target + segment), 400, 'INVALID_REQUEST')
      }
    },
  )

  test('B079: a target of 16 KiB is refused, a slightly shorter one is not', async () => {
    const path = (length: number) => `/${'a'.repeat(length)}`
    expectProblem(await sendRaw(tintype.url, requestHead(`GET ${path(16 * 1024)}`)), 431, 'INVALID_REQUEST')
    expectProblem(await send(tintype.url, path(15_000)), 404, 'ROUTE_NOT_FOUND')
    expectProblem(await send(tintype.url, `/media${path(15_000)}`), 404, 'PHOTO_NOT_FOUND')
    expectProblem(await send(tintype.url, `/photos/${'%61'.repeat(5000)}`), 404, 'PHOTO_NOT_FOUND')
  })

  test('B079: a thousand parameters are ignored by routes without parameters, and refused by the others', async () => {
    const query = (name: string, count: number) => `?${`${name}=1&`.repeat(count)}`
    for (const name of ['a', 'a[]', 'a[b][c]']) {
      expect((await send(tintype.url, `/healthz${query(name, 1000)}`)).status).toBe(200)
      expect((await send(tintype.url, `/trpc/photos.list${query(name, 1000)}`)).status).toBe(200)
    }
    const tags = Array.from({ length: 1000 }, (_, at) => `tags=${at}`).join('&')
    const refused = await keepsNothing(tintype, () =>
      sendUpload(['Content-Type: image/png'], `/photos?${tags}`),
    )
    expectProblem(refused, 400, 'INVALID_REQUEST')
    const asked = await send(tintype.url, `/trpc/photos.list${query('input', 1000)}`)
    expect([asked.status, asked.body.toString()]).toEqual([400, expect.stringContaining('INVALID_REQUEST')])
  })
})

describe('a header that comes twice', () => {
  test.each([
    ['Host: localhost', 'Host: evil.example'],
    ['Host: localhost', 'host: localhost'],
    ['Idempotency-Key: a', 'Idempotency-Key: b'],
    ['Content-Digest: sha-256=:AAAA:', 'Content-Digest: sha-256=:AAAA:'],
  ])('B077: %s and %s are refused', async (first, second) => {
    const lines = first.startsWith('Host') ? [second] : [first, second]
    const answer = await keepsNothing(tintype, () => sendUpload(['Content-Type: image/png', ...lines]))
    expectProblem(answer, 400, 'INVALID_REQUEST')
  })

  test('B077: an allowed origin does not admit a second one', async () => {
    for (const origins of [
      [tintype.url, 'https://evil.example'],
      ['https://evil.example', tintype.url],
    ]) {
      const lines = origins.map((origin) => `Origin: ${origin}`)
      const answer = await keepsNothing(tintype, () => sendUpload(['Content-Type: image/png', ...lines]))
      expectProblem(answer, 403, 'ORIGIN_NOT_ALLOWED')
    }
  })

  test('B077: the first content type counts, for the check and for the reader of the body', async () => {
    const refused = await sendUpload(['Content-Type: text/html', 'Content-Type: image/png'])
    expectProblem(refused, 415, 'UNSUPPORTED_MEDIA_TYPE')
    expectPhoto(await sendUpload(['Content-Type: image/png', 'Content-Type: text/html']))
    expect(await countPhotos(tintype)).toBe(1)
  })
})
