import { createTRPCUntypedClient, httpBatchLink, httpLink, splitLink } from '@trpc/client'
import { describe, expect, test, vi } from 'vitest'
import { createTintypeClient, type TintypeClient } from '../create-tintype-client.ts'
import { failureOf } from '../testing/failure-of.ts'
import {
  openScriptedServer,
  type Script,
  type SeenRequest,
  samplePhoto,
  sendJson,
} from '../testing/scripted-server.ts'

const { id } = samplePhoto
const once = { attempts: 1 }

/** Answers every call, of a batch or alone, with `null`. */
const answerAll: Script = async ({ seen, response, whole }) => {
  await whole
  const nothing = { result: { data: null } }
  const isBatch = seen.url.searchParams.has('batch')
  const count = seen.url.pathname.split(',').length
  sendJson(response, { status: 200, body: isBatch ? Array(count).fill(nothing) : nothing })
}

/** Calls by full name, as a client under test makes them. */
type Send = (type: 'query' | 'mutation', path: string, input?: unknown) => Promise<unknown>

const sendByTintype =
  (client: TintypeClient): Send =>
  (type, path, input) => {
    const [namespace, name] = path.split('.') as ['photos', 'list']
    const procedure = client[namespace][name] as unknown as Record<
      string,
      (input: unknown) => Promise<unknown>
    >
    return procedure[type === 'query' ? 'query' : 'mutate']?.(input) ?? Promise.reject(new Error(path))
  }

const sendByTrpc = (url: string): Send => {
  const client = createTRPCUntypedClient({
    links: [
      splitLink({
        condition: ({ type }) => type === 'query',
        true: httpBatchLink({ url: `${url}/trpc`, maxItems: 20, maxURLLength: 7600 }),
        false: httpLink({ url: `${url}/trpc` }),
      }),
    ],
  })
  return (type, path, input) => client[type](path, input)
}

const wireOf = ({ method, url, headers, body }: SeenRequest) => ({
  method,
  target: url.pathname + url.search,
  type: headers['content-type'],
  body,
})

describe("requests are those of tRPC's links", () => {
  const long = { search: 'ü'.repeat(200), cursor: 'x'.repeat(100) }
  test.each<[string, (send: Send) => Promise<unknown>[]]>([
    ['a query', (send) => [send('query', 'photos.get', { id })]],
    ['a query without input', (send) => [send('query', 'system.limits')]],
    ['a mutation', (send) => [send('mutation', 'photos.update', { id, title: 'Größe "1"', alt: null })]],
    [
      'a batch of which some have no input',
      (send) => [
        send('query', 'system.about'),
        send('query', 'photos.list', { tag: 'a,b&c=d', limit: undefined }),
        send('query', 'tags.list'),
      ],
    ],
    [
      'more calls than a batch has',
      (send) => Array.from({ length: 25 }, () => send('query', 'photos.get', { id })),
    ],
    [
      'longer calls than a batch has',
      (send) => Array.from({ length: 10 }, () => send('query', 'photos.list', long)),
    ],
    ['a surrogate without its other half', (send) => [send('query', 'photos.list', { search: '\ud83d' })]],
  ])('%s', async (_, makeCalls) => {
    await using server = await openScriptedServer(answerAll)
    await Promise.all(makeCalls(sendByTintype(createTintypeClient(server))))
    const own = server.seen.splice(0).map(wireOf)
    await Promise.all(makeCalls(sendByTrpc(server.url)))
    const theirs = server.seen.map(wireOf)
    const byTarget = (a: { target: string }, b: { target: string }) => a.target.localeCompare(b.target)
    // batches of one moment arrive in any order
    expect(own.sort(byTarget)).toEqual(theirs.sort(byTarget))
  })
})

describe('a batch', () => {
  test('without a call that is longer than any batch, which is sent alone', async () => {
    await using server = await openScriptedServer(answerAll)
    const { photos } = createTintypeClient(server)
    const search = 'ü'.repeat(1500)
    await Promise.all([
      photos.list.query({ tag: 'a' }),
      photos.list.query({ search }),
      photos.list.query({ tag: 'b' }),
    ])
    expect(server.seen.map(({ url }) => url.pathname)).toEqual(Array(3).fill('/trpc/photos.list'))
  })

  test('without calls that were cancelled before it was sent', async () => {
    await using server = await openScriptedServer(answerAll)
    const { photos } = createTintypeClient(server)
    const controller = new AbortController()
    const cancelled = failureOf(photos.list.query({ tag: 'a' }, controller))
    const kept = photos.list.query({ tag: 'b' })
    controller.abort()
    expect(await cancelled).toMatchObject({ code: 'ABORTED' })
    await kept
    expect(server.seen.map(({ url }) => url.searchParams.get('input'))).toEqual(['{"0":{"tag":"b"}}'])
  })

  test('ends when the one signal of all its calls is aborted', async () => {
    const arrived = Promise.withResolvers<void>()
    const left = Promise.withResolvers<void>()
    await using server = await openScriptedServer(({ response }) => {
      response.once('close', () => left.resolve())
      arrived.resolve()
    })
    const { photos } = createTintypeClient(server)
    const controller = new AbortController()
    const calls = [1, 2].map(() => failureOf(photos.list.query({}, controller)))
    await arrived.promise
    controller.abort()
    expect(await Promise.all(calls)).toMatchObject([{ code: 'ABORTED' }, { code: 'ABORTED' }])
    await left.promise
  })

  test('fails as a whole by one error of tRPC that is no array', async () => {
    const data = { code: 'OVERLOADED', detail: 'Busy', requestId: 'request-1' }
    await using server = await openScriptedServer(({ response }) =>
      sendJson(response, { status: 503, body: { error: { code: -32603, message: 'Busy', data } } }),
    )
    const { photos } = createTintypeClient({ ...server, retry: once })
    const failures = [failureOf(photos.list.query()), failureOf(photos.get.query({ id }))]
    expect(await Promise.all(failures)).toMatchObject([{ code: 'OVERLOADED' }, { code: 'OVERLOADED' }])
    expect(server.seen).toHaveLength(1)
  })
})

test('mutations go on without their page, up to the 64 KiB and the few requests that browsers allow', async () => {
  const opened = Promise.withResolvers<void>()
  const requests: { readonly keepalive: boolean; readonly byteSize: number }[] = []
  const fetch: typeof globalThis.fetch = async (_, { keepalive = false, body } = {}) => {
    requests.push({ keepalive, byteSize: new Blob([body as string]).size })
    await opened.promise
    if (requests.length % 2) throw new TypeError('Failed to fetch')
    return Response.json({ result: { data: null } })
  }
  const clients = ['http://one.invalid', 'http://two.invalid'].map((url) =>
    createTintypeClient({ url, fetch }),
  )
  const update = (text: string) =>
    Promise.allSettled(clients.map(({ photos }) => photos.update.mutate({ id, metadata: { text } })))
  const updates = [update('ü'.repeat(2000)), ...Array.from({ length: 20 }, () => update(''))]
  await vi.waitUntil(() => requests.length === 42)
  const kept = requests.filter(({ keepalive }) => keepalive)
  expect(requests[0]?.keepalive).toBe(true)
  expect(kept.length).toBeLessThanOrEqual(8)
  expect(kept.reduce((sum, { byteSize }) => sum + byteSize, 0)).toBeLessThan(65_536)
  opened.resolve()
  await Promise.all(updates)
  await update('')
  expect(requests.slice(42).map(({ keepalive }) => keepalive)).toEqual([true, true])
})

test('an input that is no JSON value is INVALID_REQUEST, and nothing is sent', async () => {
  await using server = await openScriptedServer(answerAll)
  const { photos } = createTintypeClient(server)
  const endless: Record<string, unknown> = {}
  endless.self = endless
  const expected = { code: 'INVALID_REQUEST', source: 'client', cause: expect.any(TypeError) }
  expect(await failureOf(photos.list.query(endless))).toMatchObject(expected)
  expect(await failureOf(photos.delete.mutate(endless as never))).toMatchObject(expected)
  expect(server.seen).toEqual([])
})

test.each(['null', '{"result":true}', '"result"', '[]'])(
  'a mutation whose answer is no answer of tRPC (%s) is UNEXPECTED_ANSWER',
  async (text) => {
    await using server = await openScriptedServer(({ response }) => void response.end(text))
    const error = await failureOf(createTintypeClient(server).photos.delete.mutate({ id }))
    expect(error).toMatchObject({ code: 'UNEXPECTED_ANSWER' })
  },
)
