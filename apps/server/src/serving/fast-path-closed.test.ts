import { once } from 'node:events'
import { mkdtempDisposable } from 'node:fs/promises'
import { request as sendRequest } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Photo } from '@tintype/contract'
import { createRequestListener, listen } from '@tintype/http'
import { makeImage } from '@tintype/imaging/testing'
import { openTerms } from '@tintype/photos'
import pino from 'pino'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { compose } from '../compose.ts'
import { parseConfig } from '../config/config.ts'

const adminKey = 'an-admin-key-of-the-operator-32-characters'
const edgeSecret = 'an-edge-secret-of-a-cdn-with-32-characters'

/** A closed server with a private photo, and whether each request was answered without the app. */
async function serve() {
  await using opening = new AsyncDisposableStack()
  const home = opening.use(await mkdtempDisposable(join(tmpdir(), 'tintype-fast-closed-')))
  const lines: Record<string, unknown>[] = []
  const log = pino({ base: null }, { write: (line: string) => void lines.push(JSON.parse(line)) })
  const access = { TINTYPE_ACCESS: 'closed', TINTYPE_ADMIN_KEY: adminKey, TINTYPE_EDGE_SECRET: edgeSecret }
  const config = parseConfig({ TINTYPE_DATA_DIR: home.path, TINTYPE_PORT: '0', ...access }, [])
  const { http } = opening.use(await compose(config, { log, cores: 1 }))
  let appCalls = 0
  const obtainMedia: typeof http.photos.obtainMedia = (...wanted) => {
    appCalls += 1
    return http.photos.obtainMedia(...wanted)
  }
  const listener = createRequestListener({ ...http, photos: { ...http.photos, obtainMedia } })
  const listening = await listen(listener, { ...config.http, onRefused: () => {} })
  opening.defer(() => listening.close())
  const bytes = await makeImage({ width: 400, height: 300, format: 'jpeg' })
  await using session = http.photos.beginUpload()
  await session.write(Uint8Array.from(bytes))
  const terms = { ...openTerms, owner: 'alice', visibility: 'private' } as const
  const { photo } = await session.finish({ filename: 'cat.jpg' }, { terms })
  const owned = opening.move()
  return {
    photo,
    lines,
    port: Number(new URL(listening.url).port),
    async send(target: string, headers: Record<string, string> = {}) {
      const before = appCalls
      const answer = await fetch(listening.url + target, { headers })
      const body = Buffer.from(await answer.arrayBuffer())
      return { status: answer.status, headers: answer.headers, body, isFast: appCalls === before }
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

let server: Awaited<ReturnType<typeof serve>>
let photo: Photo
beforeAll(async () => {
  server = await serve()
  photo = server.photo
})
afterAll(() => server[Symbol.asyncDispose]())

/** The status for a request target that is sent as it is: `fetch` would remove a fragment. */
async function sendRawTarget(path: string): Promise<number> {
  const request = sendRequest({ port: server.port, host: '127.0.0.1', path, agent: false }).end()
  const [answer] = await once(request, 'response')
  answer.resume()
  return answer.statusCode
}

/** Sends until the answer comes from memory, and compares it with the first. */
async function sendThrice(target: string, headers: Record<string, string> = {}) {
  const answers = [await server.send(target, headers), await server.send(target, headers)]
  return [...answers, await server.send(target, headers)]
}
const shownHeaders = ['cache-control', 'content-type', 'content-disposition', 'etag', 'content-length']
const shown = ({ status, headers, body }: Awaited<ReturnType<typeof server.send>>) => ({
  status,
  body,
  headers: shownHeaders.map((name) => headers.get(name)?.replace(/max-age=\d+/, 'max-age=n')),
})

describe('private media in memory', () => {
  test('are sent to a signed URL without the app, with the answer of the app', async () => {
    const [first, , third] = await sendThrice(photo.url)
    expect([first?.isFast, third?.isFast]).toEqual([false, true])
    expect(third && shown(third)).toEqual(first && shown(first))
    expect(third?.headers.get('cache-control')).toMatch(/^private, max-age=\d+, immutable$/)
  })

  test('B227 are not sent to a URL without a signature, nor to a wrong one, and no fast path fails', async () => {
    await sendThrice(photo.url)
    const [path = '', query = ''] = photo.url.split('?')
    expect(await server.send(path)).toMatchObject({ status: 404 })
    const wrong = query.replace(/s=./, (start) => (start === 's=A' ? 's=B' : 's=A'))
    const refused = await server.send(`${path}?${wrong}`)
    expect([refused.status, JSON.parse(refused.body.toString()).code]).toEqual([403, 'INVALID_SIGNATURE'])
    expect(server.lines.filter(({ event }) => event === 'failed')).toEqual([])
  })

  test('B215 nothing can be added to a signed URL, in memory or not', async () => {
    const [path = ''] = photo.thumbnail.url.split('?')
    for (const round of ['not in memory', 'in memory']) {
      for (const added of ['?', '?x=1', '&x=1', '&', '=', '#', '%20'])
        expect([round, added, await sendRawTarget(photo.thumbnail.url + added)]).toEqual([
          round,
          added,
          added === '#' ? 400 : 403,
        ])
      expect(await sendRawTarget(`${path}?`)).toBe(404)
      await sendThrice(photo.thumbnail.url)
    }
  })

  test.each([
    ['the shortest way', {}],
    ['the app', { range: 'bytes=0-9' }],
  ])(
    'B215 one more character before or after a signed query is refused, by %s, in memory or not',
    async (_, headers) => {
      const [path = '', query = ''] = photo.url.split('?')
      const accepted: string[] = []
      for (const isHot of [false, true]) {
        for (const letter of 'Aa0-_=&.+/%?~;,*')
          for (const changed of [letter + query, query + letter, query.replace('s=', `s=${letter}`)]) {
            const { status } = await server.send(`${path}?${changed}`, headers)
            if (status !== 403) accepted.push(`${isHot} ${changed}: ${status}`)
          }
        await sendThrice(photo.url, headers)
      }
      expect(accepted).toEqual([])
    },
  )

  test('a credential is looked at by the app', async () => {
    await sendThrice(photo.url)
    const [path = ''] = photo.url.split('?')
    const wrong = await server.send(photo.url, { authorization: 'Bearer ttk_wrong' })
    expect(wrong.status).toBe(401)
    const right = await server.send(path, { authorization: `Bearer ${adminKey}` })
    expect([right.status, right.headers.get('cache-control')]).toEqual([200, 'private, no-store'])
  })

  test('a CDN’s download keeps the name of the file, from memory too', async () => {
    const [path = ''] = photo.url.split('?')
    const answers = await sendThrice(`${path}?download`, { 'tintype-edge': edgeSecret })
    expect(answers.at(-1)?.isFast).toBe(true)
    for (const { headers } of answers) expect(headers.get('content-disposition')).toContain('cat.jpg')
  })
})
