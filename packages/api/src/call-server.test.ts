import { Readable } from 'node:stream'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { fetchRequestHandler } from '@trpc/server/adapters/fetch'
import { describe, expect, test } from 'vitest'
import { appRouter } from './app-router.ts'
import type { CallHeaders, CallRequest } from './call-request.ts'
import { createCallServer } from './call-server.ts'
import { sharedStatus } from './shared-status.ts'
import { fullDiskId, id, openContext, unknownId } from './testing/open-context.ts'

/** A request without a body; `text` is the body of a POST. */
interface Call extends Pick<CallRequest, 'method' | 'path' | 'search'> {
  readonly text?: string
}

const get = (path: string, input?: unknown, isBatch = false): Call => ({
  method: 'GET',
  path,
  search: new URLSearchParams({
    ...(isBatch && { batch: '1' }),
    ...(input !== undefined && { input: typeof input === 'string' ? input : JSON.stringify(input) }),
  }),
})
const post = (path: string, body: unknown, isBatch = false): Call => ({
  method: 'POST',
  path,
  search: new URLSearchParams(isBatch ? { batch: '1' } : {}),
  text: typeof body === 'string' ? body : JSON.stringify(body),
})

const server = createCallServer(appRouter, { maxBatchCalls: 20 })

/** Our answer, by the lane that the headers choose. */
async function answer({ text, ...call }: Call, headers: CallHeaders = {}) {
  const { context, asked } = openContext()
  const failures: string[] = []
  const body = text === undefined ? undefined : Readable.from([Buffer.from(text)])
  const request = { ...call, headers: { 'content-type': 'application/json', ...headers }, body }
  const { signal } = new AbortController()
  const answered = await server
    .answer(
      { ...request, signal },
      { context, onFailure: ({ name, error }) => failures.push(`${name} ${error.code}`) },
    )
    .catch((error) => ({ refused: error.code, status: error.status, body: '' }))
  const whole = await new Response(answered.body).text()
  return { ...answered, body: whole, asked, failures: failures.sort() }
}

/** The answer of tRPC's own handler with the same router. */
async function answerOfTrpc({ method, path, search, text }: Call) {
  const { context, asked } = openContext()
  const response = await fetchRequestHandler({
    router: appRouter,
    endpoint: '/',
    req: new Request(`http://localhost/${path}?${search}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(text !== undefined && { body: text }),
    }),
    createContext: () => context,
    responseMeta: ({ data }) => ({ status: sharedStatus(data) }),
  })
  return { status: response.status, answer: withoutTexts(await response.json()), asked }
}

/** Some of Tintype's texts are clearer than tRPC's; everything else is the same. */
const withoutTexts = (answer: unknown): unknown =>
  JSON.parse(JSON.stringify(answer), (name, value) =>
    ['message', 'detail', 'issues'].includes(name) ? '…' : value,
  )

const calls: [string, Call][] = [
  ['a query', get('photos.get', { id })],
  ['a query without input', get('photos.list')],
  ['a query with an empty input', get('photos.list', '')],
  ['a query whose input is null', get('photos.list', null)],
  ['a query that fails', get('photos.get', { id: unknownId })],
  ['a mutation that fails with 507, which tRPC does not know', post('photos.delete', { id: fullDiskId })],
  ['a mutation', post('photos.update', { id, title: 'T' })],
  ['a query as POST', post('photos.get', { id })],
  ['a mutation as GET', get('photos.delete', { id })],
  ['an input that fails its schema', get('photos.get', { id: 'x', y: 1 })],
  ['an input that is no JSON', get('photos.get', '{')],
  ['a body that is no JSON', post('photos.delete', '{')],
  ['a body with a byte order mark', post('photos.delete', `\ufeff{"id":"${id}"}`)],
  ['no body at all', post('photos.delete', '')],
  ['a procedure that does not exist', get('photos.nope')],
  ['a name that every object has', get('__proto__')],
  ['an escaped name', get('photos%2Eget', { id })],
  ['a batch of one', get('photos.get', { 0: { id } }, true)],
  ['a batch', get('photos.get,photos.list,photos.get', { 0: { id }, 2: { id: unknownId } }, true)],
  ['an escaped batch', get('photos.get%2Cphotos.get', { 0: { id }, 1: { id } }, true)],
  ['a batch without inputs', get('photos.list,photos.list', undefined, true)],
  ['a batch with an input for no call', get('photos.list', { 1: { limit: 3 } }, true)],
  ['a batch with an unknown procedure', get('photos.nope,photos.list', {}, true)],
  ['a batch whose input is a list', get('photos.get,photos.list', [{ id }], true)],
  ['a batch whose input is null', get('photos.get', null, true)],
  ['a batch whose input is a text', post('photos.delete', '"x"', true)],
  ['a batch whose input is no JSON', get('photos.get,photos.get', '{', true)],
  ['a batch of mutations', post('photos.delete,photos.delete', { 0: { id }, 1: { id: unknownId } }, true)],
  ['B285: a batch with an input of a prototype', post('photos.delete', '{"__proto__":{"0":{"id":1}}}', true)],
  ['names with a comma without a batch', get('photos.get,photos.get', { 0: { id } })],
]

describe("the fast lane gives the answer of tRPC's own handler", () => {
  test.each(calls)('%s', async (_name, call) => {
    const { status, body, asked } = await answer(call)
    expect({ status, answer: withoutTexts(JSON.parse(body)), asked }).toEqual(await answerOfTrpc(call))
  })
})

const manyMembers = Array.from({ length: 3000 }, () => 1)

describe('both lanes give the same answer to the same call', () => {
  test.each<[string, Call]>([
    ...calls,
    ['S-19: a body with too many members', post('photos.delete', { id: manyMembers })],
    ['S-19: a batch with too many members', post('photos.delete,photos.delete', { 1: manyMembers }, true)],
  ])('%s', async (_name, call) => {
    const fast = await answer(call)
    // an empty connectionParams changes nothing but the lane
    const search = new URLSearchParams([...call.search, ['connectionParams', 'null']])
    const slow = await answer({ ...call, search })
    expect({ ...slow, body: withoutTexts(JSON.parse(slow.body)) }).toEqual({
      ...fast,
      body: withoutTexts(JSON.parse(fast.body)),
    })
  })
})

describe('a request that is no call makes none, in either lane', () => {
  const twentyOne = Array.from({ length: 21 }, () => 'photos.delete').join(',')
  const refusals: [string, Call][] = [
    ['B291: 21 calls', post(twentyOne, { 0: { id } }, true)],
    ['queries and mutations in one batch', post('photos.delete,photos.get', { 0: { id }, 1: { id } }, true)],
    ['a path with an invalid escape', get('%zz')],
  ]
  test.each(refusals)('%s', async (_name, call) => {
    const refused = { refused: 'INVALID_REQUEST', asked: [], failures: [] }
    expect(await answer(call)).toMatchObject(refused)
    expect(await answer(call, { 'trpc-accept': 'application/jsonl' })).toMatchObject(refused)
  })
})

test('the status is the one that all calls share, and each failure is reported', async () => {
  const outcome = async (call: Call) => {
    const { status, failures } = await answer(call)
    return [status, ...failures]
  }
  const [missing, invalid] = [{ id: unknownId }, {}]
  expect(await outcome(get('photos.get,photos.get', { 0: { id }, 1: { id } }, true))).toEqual([200])
  expect(await outcome(get('photos.get,photos.get', { 0: missing, 1: missing }, true))).toEqual([
    404,
    'photos.get PHOTO_NOT_FOUND',
    'photos.get PHOTO_NOT_FOUND',
  ])
  expect(await outcome(get('photos.list,photos.get,photos.get', { 1: missing, 2: invalid }, true))).toEqual([
    207,
    'photos.get INVALID_REQUEST',
    'photos.get PHOTO_NOT_FOUND',
  ])
})

test('S-19: each call has a turn of its own, but for the first one of a request without a body', async () => {
  const turnsOf = async ({ text, ...call }: Call) => {
    const { context } = openContext()
    let turns = 0
    const turn = async () => {
      turns += 1
    }
    const body = text === undefined ? undefined : Readable.from([Buffer.from(text)])
    const { signal } = new AbortController()
    await server.answer(
      { ...call, headers: {}, body, signal },
      { context: { ...context, turn }, onFailure: () => {} },
    )
    return turns
  }
  expect(await turnsOf(get('photos.get', { id }))).toBe(0)
  expect(await turnsOf(get('photos.get,photos.get', { 0: { id }, 1: { id } }, true))).toBe(1)
  expect(await turnsOf(post('photos.delete', { id }))).toBe(1)
  expect(await turnsOf(post('photos.delete,photos.delete', { 0: { id }, 1: { id } }, true))).toBe(2)
})

test('S-02: calls whose answers are more than 4 MiB together are refused, each by itself, and read nothing more', async () => {
  const page = { photos: [], nextCursor: 'x'.repeat(1_500_000), previousCursor: null }
  const { context } = openContext()
  let read = 0
  const listPhotos = async () => {
    read += 1
    return page
  }
  let last: Promise<unknown> = Promise.resolve()
  const turn = async () => {
    last = last.then(() => nextTurn())
    await last
  }
  const failures: string[] = []
  const path = Array.from({ length: 9 }, () => 'photos.list').join(',')
  const request = { ...get(path, {}, true), headers: {}, signal: new AbortController().signal }
  const { body, status } = await server.answer(request, {
    context: { ...context, photos: { ...context.photos, listPhotos }, turn },
    onFailure: ({ error }) => void failures.push(error.code),
  })
  const outcomes = JSON.parse(String(body)) as { error?: { data: { limit: number } } }[]
  const limits = outcomes.map(({ error }) => error?.data.limit)
  expect(limits).toEqual([undefined, undefined, ...Array(7).fill(4_194_304)])
  expect([status, ...failures]).toEqual([207, ...Array(7).fill('INVALID_REQUEST')])
  expect(read).toBe(3)
})
