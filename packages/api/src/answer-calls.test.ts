import { type Photo, TintypeError } from '@tintype/contract'
import { fetchRequestHandler } from '@trpc/server/adapters/fetch'
import { describe, expect, test } from 'vitest'
import { answerCalls, type CallRequest } from './answer-calls.ts'
import { appRouter } from './app-router.ts'
import type { ApiContext } from './context.ts'

const id = '0193f6a2-7c1e-7b3a-9d2e-5f60718293a4'
const unknownId = '0193f6a2-7c1e-7b3a-9d2e-5f60718293a5'

/** Use-cases that tell what they were asked. */
function openContext() {
  const asked: unknown[] = []
  const find = async (wanted: string) => {
    asked.push(wanted)
    if (wanted !== id) throw new TintypeError('PHOTO_NOT_FOUND', 'There is no such photo')
    return { id: wanted } as Photo
  }
  const photos: Partial<ApiContext['photos']> = {
    getPhoto: find,
    updatePhoto: find,
    deletePhoto: async (wanted) => void (await find(wanted)),
    listPhotos: async (query) => {
      asked.push(query)
      return { photos: [], nextCursor: null }
    },
  }
  const context: ApiContext = {
    photos: photos as ApiContext['photos'],
    caller: { may: () => true },
    requestId: 'r',
  }
  return { context, asked }
}

const get = (path: string, input?: unknown, isBatch = false): CallRequest => ({
  method: 'GET',
  path,
  search: new URLSearchParams({
    ...(isBatch && { batch: '1' }),
    ...(input !== undefined && { input: typeof input === 'string' ? input : JSON.stringify(input) }),
  }),
  body: undefined,
})
const post = (path: string, body: unknown, isBatch = false): CallRequest => ({
  method: 'POST',
  path,
  search: new URLSearchParams(isBatch ? { batch: '1' } : {}),
  body: typeof body === 'string' ? body : JSON.stringify(body),
})

/** What tRPC's own handler answers, with the same router. */
async function answerOfTrpc({ method, path, search, body }: CallRequest) {
  const { context, asked } = openContext()
  const response = await fetchRequestHandler({
    router: appRouter,
    endpoint: '/',
    req: new Request(`http://localhost/${path}?${search}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body !== undefined && { body }),
    }),
    createContext: () => context,
  })
  return { answer: withoutWords(await response.json()), asked }
}

async function answerOfOurs(request: CallRequest) {
  const { context, asked } = openContext()
  const { body } = await answerCalls(request, { context, maxBatchCalls: 20 })
  return { answer: withoutWords(JSON.parse(body)), asked }
}

/** Some refusals are worded better than tRPC's; everything else is the same. */
const withoutWords = (answer: unknown): unknown =>
  JSON.parse(JSON.stringify(answer), (name, value) =>
    ['message', 'detail', 'issues'].includes(name) ? '…' : value,
  )

describe("a request is answered as by tRPC's own handler", () => {
  test.each<[string, CallRequest]>([
    ['a query', get('photos.get', { id })],
    ['a query without input', get('photos.list')],
    ['a query with an empty input', get('photos.list', '')],
    ['a query whose input is null', get('photos.list', null)],
    ['a query that fails', get('photos.get', { id: unknownId })],
    ['a mutation', post('photos.update', { id, title: 'T' })],
    ['a query as POST', post('photos.get', { id })],
    ['a mutation as GET', get('photos.delete', { id })],
    ['an input that fails its schema', get('photos.get', { id: 'x', y: 1 })],
    ['an input that is no JSON', get('photos.get', '{')],
    ['a body that is no JSON', post('photos.delete', '{')],
    ['no body at all', post('photos.delete', '')],
    ['a procedure that is not there', get('photos.nope')],
    ['a name of every object', get('__proto__')],
    ['an escaped name', get('photos%2Eget', { id })],
    ['a batch of one', get('photos.get', { 0: { id } }, true)],
    ['a batch', get('photos.get,photos.list,photos.get', { 0: { id }, 2: { id: unknownId } }, true)],
    ['an escaped batch', get('photos.get%2Cphotos.get', { 0: { id }, 1: { id } }, true)],
    ['a batch without inputs', get('photos.list,photos.list', undefined, true)],
    ['a batch with an input for nobody', get('photos.list', { 1: { limit: 3 } }, true)],
    ['a batch of which one is not there', get('photos.nope,photos.list', {}, true)],
    ['a batch whose input is a list', get('photos.get,photos.list', [{ id }], true)],
    ['a batch whose input is null', get('photos.get', null, true)],
    ['a batch whose input is a text', post('photos.delete', '"x"', true)],
    ['a batch whose input is no JSON', get('photos.get,photos.get', '{', true)],
    ['a batch of mutations', post('photos.delete,photos.delete', { 0: { id }, 1: { id: unknownId } }, true)],
    [
      'B285: a batch with an input of a prototype',
      post('photos.delete', '{"__proto__":{"0":{"id":1}}}', true),
    ],
    ['names by comma without a batch', get('photos.get,photos.get', { 0: { id } })],
  ])('%s', async (_name, request) => {
    expect(await answerOfOurs(request)).toEqual(await answerOfTrpc(request))
  })
})

describe('a request that is none calls nothing', () => {
  test.each<[string, CallRequest]>([
    [
      'B291: 21 calls',
      post(Array.from({ length: 21 }, () => 'photos.delete').join(','), { 0: { id } }, true),
    ],
    ['queries and mutations at once', post('photos.delete,photos.get', { 0: { id }, 1: { id } }, true)],
    ['a path that is not escaped rightly', get('%zz')],
  ])('%s', async (_name, request) => {
    const { context, asked } = openContext()
    const answer = answerCalls(request, { context, maxBatchCalls: 20 })
    await expect(answer).rejects.toMatchObject({ code: 'INVALID_REQUEST' })
    expect(asked).toEqual([])
  })
})

test('the status is the one that all calls share, and each failure is told', async () => {
  const answer = async (request: CallRequest) => {
    const { context } = openContext()
    const { status, failures } = await answerCalls(request, { context, maxBatchCalls: 20 })
    return [status, ...failures.map(({ name, error }) => `${name} ${error.code}`)]
  }
  const [missing, invalid] = [{ id: unknownId }, {}]
  expect(await answer(get('photos.get,photos.get', { 0: { id }, 1: { id } }, true))).toEqual([200])
  expect(await answer(get('photos.get,photos.get', { 0: missing, 1: missing }, true))).toEqual([
    404,
    'photos.get PHOTO_NOT_FOUND',
    'photos.get PHOTO_NOT_FOUND',
  ])
  const mixed = await answer(get('photos.list,photos.get,photos.get', { 1: missing, 2: invalid }, true))
  expect([mixed[0], ...mixed.slice(1).sort()]).toEqual([
    207,
    'photos.get INVALID_REQUEST',
    'photos.get PHOTO_NOT_FOUND',
  ])
})
