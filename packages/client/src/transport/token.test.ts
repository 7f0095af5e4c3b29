import { inspect } from 'node:util'
import { TintypeError } from '@tintype/contract'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { createTintypeClient } from '../create-tintype-client.ts'
import { failureOf } from '../testing/failure-of.ts'
import {
  accept,
  openScriptedServer,
  photoAt,
  refuse,
  type Script,
  samplePhoto,
  sendJson,
} from '../testing/scripted-server.ts'
import { createUploader } from '../upload/create-uploader.ts'
import type { TokenSource } from './connection.ts'

const { id } = samplePhoto
const atOnce = { waitMs: () => 0 }

/** Refuses every request without this token, as a closed server does. */
function demand(token: string, permitted: Script = accept): Script {
  return (turn) => {
    const isRight = turn.request.headers.authorization === `Bearer ${token}`
    return (isRight ? permitted : refuse('UNAUTHENTICATED', { 'www-authenticate': 'Bearer' }))(turn)
  }
}

/** Answers a call, or a batch of calls, with the sample photo. */
const answerCalls: Script = async ({ seen, response, whole }) => {
  await whole
  const calls = seen.url.pathname.split(',').map(() => ({ result: { data: samplePhoto } }))
  sendJson(response, { status: 200, body: seen.url.searchParams.has('batch') ? calls : calls[0] })
}

/** Answers uploads and calls. */
const answerAll: Script = (turn) => (turn.seen.url.pathname === '/photos' ? accept : answerCalls)(turn)

/** A source that returns one token after the other, and the requests that it got. */
function inTurn(...tokens: string[]) {
  const requests: unknown[] = []
  const token: TokenSource = async (request) => {
    requests.push(request)
    return tokens[requests.length - 1] ?? expect.fail('the token was read once too often')
  }
  return { token, requests }
}

describe('a token', () => {
  test('as text is sent with uploads and calls, in the header only', async () => {
    await using server = await openScriptedServer(demand('secret', answerAll))
    const tintype = createTintypeClient({ ...server, token: 'secret\n', headers: { 'X-App': '1' } })
    await tintype.upload(new Blob(['1']))
    await tintype.photos.get.query({ id })
    await tintype.photos.delete.mutate({ id })
    expect(server.seen).toHaveLength(3)
    for (const { headers, url } of server.seen) {
      expect(headers).toMatchObject({ authorization: 'Bearer secret', 'x-app': '1' })
      expect(url.href).not.toContain('secret')
    }
  })

  test('as text that is refused is sent once', async () => {
    await using server = await openScriptedServer(demand('right'))
    const error = await failureOf(createUploader({ ...server, token: 'wrong' }).upload(new Blob(['1'])))
    expect(error.code).toBe('UNAUTHENTICATED')
    expect(server.seen).toHaveLength(1)
  })

  test('of a function is read once, before the first request', async () => {
    await using server = await openScriptedServer(demand('one'))
    const { token, requests } = inTurn('one')
    const { upload } = createUploader({ ...server, token })
    expect(requests).toEqual([])
    await upload(new Blob(['1']))
    await upload(new Blob(['2']))
    expect(requests).toEqual([{}])
  })

  test('replaces one of the headers', async () => {
    await using server = await openScriptedServer(accept)
    const headers = { Authorization: 'Basic eA==' }
    await createUploader({ ...server, token: 'one', headers }).upload(new Blob(['1']))
    await createUploader({ ...server, token: '', headers }).upload(new Blob(['1']))
    expect(server.seen.map((one) => one.headers.authorization)).toEqual(['Bearer one', 'Basic eA=='])
  })

  test('that is empty is none, until the server demands one', async () => {
    await using server = await openScriptedServer(demand('typed'))
    const { token, requests } = inTurn('', 'typed')
    expect(await createUploader({ ...server, token }).upload(new Blob(['1']))).toEqual(photoAt(server))
    expect(server.seen.map((one) => one.headers.authorization)).toEqual([undefined, 'Bearer typed'])
    expect(requests).toEqual([{}, { refused: '' }])
  })
})

describe('a refused token', () => {
  test('is replaced, and the upload sent once more with the same key', async () => {
    await using server = await openScriptedServer(demand('two'))
    const { token, requests } = inTurn('one', 'two')
    const { upload } = createUploader({ ...server, token })
    expect(await upload(new Blob(['bytes']))).toEqual(photoAt(server))
    expect(requests).toEqual([{}, { refused: 'one' }])
    expect(server.seen[1]?.body).toBe('bytes')
    expect(new Set(server.seen.map((one) => one.headers['idempotency-key'])).size).toBe(1)
  })

  test('is replaced once for all calls that it was refused for, of every kind', async () => {
    await using server = await openScriptedServer(demand('two', answerAll))
    const { token, requests } = inTurn('one', 'two')
    const tintype = createTintypeClient({ ...server, token })
    await Promise.all([
      tintype.upload(new Blob(['1'])),
      tintype.upload(new Blob(['2'])),
      tintype.photos.get.query({ id }),
      tintype.photos.get.query({ id }),
      tintype.photos.delete.mutate({ id }),
    ])
    expect(requests).toEqual([{}, { refused: 'one' }])
    // two uploads, a batch of two queries and a mutation, each twice
    expect(server.seen).toHaveLength(8)
  })

  test('does not replace one that another call got in the meantime', async () => {
    const late = Promise.withResolvers<void>()
    await using server = await openScriptedServer(async (turn) => {
      if (turn.count === 1) await late.promise
      await demand('two')(turn)
    })
    const { token, requests } = inTurn('one', 'two')
    const { upload } = createUploader({ ...server, token })
    const first = upload(new Blob(['1']))
    await vi.waitUntil(() => server.seen.length === 1)
    await upload(new Blob(['2']))
    late.resolve()
    expect(await first).toEqual(photoAt(server))
    expect(requests).toEqual([{}, { refused: 'one' }])
  })

  test.each(['upload', 'query', 'mutation'])(
    'is the failure of an %s if the next one is refused as well',
    async (kind) => {
      await using server = await openScriptedServer(demand('right'))
      const { token } = inTurn('one', 'two')
      const tintype = createTintypeClient({ ...server, token, retry: atOnce })
      const call =
        kind === 'upload'
          ? tintype.upload(new Blob(['1']))
          : kind === 'query'
            ? tintype.photos.get.query({ id })
            : tintype.photos.delete.mutate({ id })
      expect(await failureOf(call)).toMatchObject({ code: 'UNAUTHENTICATED' })
      expect(server.seen).toHaveLength(2)
    },
  )

  test('does not count as an attempt', async () => {
    await using server = await openScriptedServer((turn) =>
      (turn.count === 2 ? refuse('OVERLOADED') : demand('two'))(turn),
    )
    const { token } = inTurn('one', 'two')
    const { upload } = createUploader({ ...server, token, retry: { ...atOnce, attempts: 2 } })
    expect(await upload(new Blob(['1']))).toEqual(photoAt(server))
    expect(server.seen).toHaveLength(3)
  })

  test('a stream is sent again if nothing of it was read', async () => {
    await using server = await openScriptedServer(demand('two'))
    const { token } = inTurn('one', 'two')
    // reads a refusal before it reads the stream, as no `fetch` of Node does
    const eager: typeof fetch = async (url, init) => {
      const { ok } = await fetch(url, { ...init, body: null })
      return ok ? fetch(url, init) : new Response('', { status: 401 })
    }
    const { upload } = createUploader({ ...server, token, fetch: eager })
    expect(await upload(new Blob(['the bytes']).stream())).toEqual(photoAt(server))
    expect(server.seen.map(({ body }) => body)).toEqual(['', '', 'the bytes'])
  })

  test('a stream of which something was sent is not', async () => {
    await using server = await openScriptedServer(async (turn) => {
      await turn.whole
      await demand('two')(turn)
    })
    const { token } = inTurn('one')
    const { upload } = createUploader({ ...server, token })
    expect(await failureOf(upload(new Blob(['bytes']).stream()))).toMatchObject({ code: 'UNAUTHENTICATED' })
    expect(server.seen).toHaveLength(1)
  })

  test('also by the proxy in front of the server', async () => {
    await using server = await openScriptedServer((turn) =>
      turn.count === 1 ? void turn.response.writeHead(401).end('<h1>Log in</h1>') : demand('two')(turn),
    )
    const { token } = inTurn('one', 'two')
    expect(await createUploader({ ...server, token }).upload(new Blob(['1']))).toEqual(photoAt(server))
  })
})

describe('a function that fails', () => {
  test('fails the call, and is called again for the next one', async () => {
    await using server = await openScriptedServer(demand('two'))
    let count = 0
    const token: TokenSource = () => {
      if (++count === 1) throw new Error('signed out')
      return 'two'
    }
    const { upload } = createUploader({ ...server, token })
    const error = await failureOf(upload(new Blob(['1'])))
    expect(error).toMatchObject({ code: 'INVALID_REQUEST', cause: new Error('signed out') })
    expect(server.seen).toEqual([])
    expect(await upload(new Blob(['1']))).toEqual(photoAt(server))
  })

  test('is called again after its own failure that can pass', async () => {
    await using server = await openScriptedServer(demand('two', answerAll))
    let count = 0
    const token: TokenSource = () => {
      if (++count % 2 === 1) throw new TintypeError('NETWORK_ERROR', 'The back end was not reached')
      return 'two'
    }
    const client = () => createTintypeClient({ ...server, token, retry: atOnce })
    expect(await client().upload(new Blob(['1']))).toEqual(photoAt(server))
    expect(await client().photos.get.query({ id })).toEqual(photoAt(server))
  })

  test('does not keep a call that is cancelled', async () => {
    const controller = new AbortController()
    const { upload } = createUploader({ url: 'http://nowhere.invalid', token: () => new Promise(() => {}) })
    const call = failureOf(upload(new Blob(['1']), { signal: controller.signal }))
    controller.abort()
    expect(await call).toMatchObject({ code: 'ABORTED' })
  })
})

describe('a secret', () => {
  test.each(['secret', 'sec\nret', 'sécret'])('B229: %j is in no failure, and in no log', async (token) => {
    const log = (['log', 'warn', 'error', 'info', 'debug'] as const).map((name) => vi.spyOn(console, name))
    await using server = await openScriptedServer(refuse('UNAUTHENTICATED'))
    const { upload, photos } = createTintypeClient({ ...server, token: () => token, retry: atOnce })
    const cut = createTintypeClient({ url: 'http://127.0.0.1:1', token, retry: { attempts: 1 } })
    const failures = [
      await failureOf(upload(new Blob(['1']))),
      await failureOf(photos.get.query({ id })),
      await failureOf(cut.upload(new Blob(['1']))),
      await failureOf(cut.photos.delete.mutate({ id })),
    ]
    for (const failure of failures) expect(inspect(failure, { depth: 9 })).not.toMatch(/s[eé]c/)
    for (const one of log) expect(one).not.toHaveBeenCalled()
  })
  afterEach(() => vi.restoreAllMocks())
})
