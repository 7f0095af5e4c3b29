import { mkdtempDisposable } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { anonymousCaller, type Caller, openCaller } from '@tintype/contract'
import { createApp, listen } from '@tintype/http'
import type { PhotoLibrary } from '@tintype/photos'
import pino from 'pino'
import { describe, expect, test } from 'vitest'
import { compose } from '../compose.ts'
import { parseConfig } from '../config/config.ts'

const id = '0193f6a2-7c1e-7b3a-9d2e-5f60718293a4'

/** The whole server in this process, with a library in which some functions fail. */
async function serve(faults: Partial<PhotoLibrary>, caller: Caller = openCaller) {
  await using opening = new AsyncDisposableStack()
  const home = opening.use(await mkdtempDisposable(join(tmpdir(), 'tintype-app-')))
  const lines: Record<string, unknown>[] = []
  const log = pino({ base: null }, { write: (line: string) => void lines.push(JSON.parse(line)) })
  const config = parseConfig({ TINTYPE_DATA_DIR: home.path, TINTYPE_PORT: '0' }, [])
  const services = opening.use(await compose(config, { log, cores: 1 }))
  const app = createApp({
    ...services.http,
    photos: { ...services.http.photos, ...faults },
    access: { ...services.http.access, authenticate: async () => caller },
  })
  const listening = await listen(app.callback(), { ...config.http, onRefused: () => {} })
  opening.defer(() => listening.close())
  const owned = opening.move()
  return { url: listening.url, lines, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

const thrower = (thrown: unknown) => () => {
  throw thrown
}
const secretText = 'ENOENT: /srv/secret/tintype.db SELECT * FROM photos'

test.each([
  ['an error is thrown', thrower(new TypeError(secretText))],
  ['a promise is rejected', () => Promise.reject(new Error(secretText))],
  ['a text is thrown', thrower(secretText)],
  ['nothing is thrown', thrower(undefined)],
  ['null is rejected with', () => Promise.reject(null)],
  ['an object is thrown', thrower({ status: 200, message: secretText, headers: { 'x-a': 'b' } })],
  [
    'it rejects later',
    async () => {
      await new Promise(setImmediate)
      throw Object.assign(new Error(secretText), { status: 404, expose: true, code: 'PHOTO_NOT_FOUND' })
    },
  ],
])('B313 if %s in a route, the answer is INTERNAL with the id of its log line', async (_name, fail) => {
  await using server = await serve({ getPhoto: fail as PhotoLibrary['getPhoto'] })
  for (let round = 0; round < 2; round += 1) {
    const answer = await fetch(`${server.url}/photos/${id}`)
    const text = await answer.text()
    expect([answer.status, JSON.parse(text).code]).toEqual([500, 'INTERNAL'])
    expect(text).not.toMatch(/secret|SELECT|TypeError|app\.test/)
    const { requestId } = JSON.parse(text)
    expect(requestId).toBe(answer.headers.get('x-request-id'))
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(
      server.lines.filter((line) => line.requestId === requestId && line.event === 'failed'),
    ).toHaveLength(1)
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200)
  }
})

test.each([
  { way: '/photos/{id}', path: `/photos/${id}` },
  { way: 'photos.get', path: `/trpc/photos.get?input=${JSON.stringify({ id })}` },
])('the log has failures of $way as errors, and refusals at info', async ({ path }) => {
  await using whole = await serve({})
  expect((await fetch(whole.url + path)).status).toBe(404)
  expect(whole.lines).toContainEqual(
    expect.objectContaining({ event: 'refused', level: 30, code: 'PHOTO_NOT_FOUND' }),
  )

  await using broken = await serve({ getPhoto: thrower(new Error(secretText)) })
  expect((await fetch(broken.url + path)).status).toBe(500)
  expect(broken.lines.filter(({ event }) => event === 'failed')).toMatchObject([
    { level: 50, code: 'INTERNAL', err: { message: expect.stringContaining(secretText) } },
  ])
  expect(broken.lines.filter(({ event }) => event === 'refused')).toEqual([])
})

const withoutRights: Caller = { ...openCaller, may: () => false }

describe('a caller without rights', () => {
  const input = encodeURIComponent(JSON.stringify({ id }))
  const ofPhoto = encodeURIComponent(JSON.stringify({ photoId: id }))
  test.each([
    ['POST', '/photos'],
    ['POST', '/photos/thumbnail'],
    ['GET', `/photos/${id}`],
    ['DELETE', `/photos/${id}`],
    ['GET', '/trpc/photos.list'],
    ['GET', `/trpc/photos.get?input=${input}`],
    ['POST', '/trpc/photos.update'],
    ['POST', '/trpc/photos.move'],
    ['POST', '/trpc/photos.delete'],
    ['POST', '/trpc/thumbnails.create'],
    ['GET', `/trpc/thumbnails.list?input=${ofPhoto}`],
    ['GET', '/trpc/system.limits'],
  ])('is refused: %s %s', async (method, path) => {
    await using server = await serve({}, withoutRights)
    const headers = { 'content-type': path.startsWith('/trpc') ? 'application/json' : 'image/jpeg' }
    const body = path.startsWith('/trpc') ? JSON.stringify({ id, photoId: id }) : 'bytes'
    const answer = await fetch(server.url + path, { method, headers, ...(method === 'POST' && { body }) })
    expect(answer.status).toBe(403)
    if (method !== 'HEAD') expect(await answer.text()).toContain('"code":"FORBIDDEN"')
  })

  test('is refused the numbers, and told readiness without its details', async () => {
    await using server = await serve({}, withoutRights)
    expect((await fetch(`${server.url}/metrics`)).status).toBe(403)
    expect(await (await fetch(`${server.url}/readyz`)).json()).toEqual({ status: 'ready' })
  })

  test.each(['/healthz', '/readyz', '/readyz/node'])('may read the operations: %s', async (path) => {
    await using server = await serve({}, withoutRights)
    expect((await fetch(server.url + path)).status).toBe(200)
  })
})

test('a page of any origin may send /healthz, to find out whether the server is reached', async () => {
  await using server = await serve({})
  const answers = ['/healthz', '/readyz'].map(async (path) => (await fetch(server.url + path)).headers)
  const policies = (await Promise.all(answers)).map((one) => one.get('cross-origin-resource-policy'))
  expect(policies).toEqual(['cross-origin', 'same-origin'])
})

test.each([`/photos/${id}`, '/trpc/photos.list'])(
  'B225: a caller without a credential is asked for one at %s',
  async (path) => {
    await using server = await serve({}, anonymousCaller)
    const answer = await fetch(server.url + path)
    expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([401, 'Bearer'])
    expect(await answer.text()).toContain('"reason":"missing"')
  },
)
