import { once } from 'node:events'
import { type IncomingHttpHeaders, request as sendRequest } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { appRouter } from '@tintype/api'
import { openCaller, type Photo, TintypeError } from '@tintype/contract'
import type { PhotoLibrary } from '@tintype/photos'
import { createHTTPServer } from '@trpc/server/adapters/standalone'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { serveTrpc } from '../testing/serve-trpc.ts'

const id = '0193f6a2-7c1e-7b3a-9d2e-5f60718293a4'
const unknownId = '0193f6a2-7c1e-7b3a-9d2e-5f60718293a5'
const find = async (wanted: string) => {
  if (wanted !== id) throw new TintypeError('PHOTO_NOT_FOUND', 'No photo has this id')
  return { id: wanted, url: '/<ü>"&' } as Photo
}
const photos = {
  getPhoto: find,
  updatePhoto: find,
  deletePhoto: async (wanted: string) => void (await find(wanted)),
  listPhotos: async () => ({ photos: [], nextCursor: null }),
} as unknown as PhotoLibrary

interface Row {
  readonly method?: string
  readonly path: string
  readonly headers?: Record<string, string>
  readonly body?: string
}

let ours: Awaited<ReturnType<typeof serveTrpc>>
let theirs: ReturnType<typeof createHTTPServer>
beforeAll(async () => {
  ours = await serveTrpc({ photos })
  const createContext = () => ({ photos, caller: openCaller, version: '1.2.3', requestId: 'r' })
  theirs = createHTTPServer({ router: appRouter, basePath: '/trpc/', createContext, maxBatchSize: 20 })
  theirs.listen(0, '127.0.0.1')
  await once(theirs, 'listening')
})
afterAll(async () => {
  theirs.closeAllConnections()
  theirs.close()
  await ours[Symbol.asyncDispose]()
})

/** Sends a row as it is: no path is normalised. */
async function send(port: number, { method = 'GET', path, headers = {}, body }: Row) {
  const request = sendRequest({
    host: '127.0.0.1',
    port,
    agent: false,
    method,
    path: `/trpc/${path}`,
    headers,
  })
  request.end(body)
  const [answer] = (await once(request, 'response')) as [
    NodeJS.ReadableStream & { statusCode: number; headers: IncomingHttpHeaders },
  ]
  const type = answer.headers['content-type']
  return { status: answer.statusCode, type, body: plain(await text(answer)) }
}

/** Without what may differ: the request id, and texts that are clearer than tRPC's. */
const plain = (body: string) => body.replaceAll(/"(message|detail|requestId)":"(?:[^"\\]|\\.)*"/g, '"$1":"…"')

const sendToOurs = (row: Row) => send(ours.port, row)
const sendToTheirs = (row: Row) => send((theirs.address() as AddressInfo).port, row)

const json = { 'content-type': 'application/json' }
const jsonl = { 'trpc-accept': 'application/jsonl' }
const input = (value: unknown) => `input=${encodeURIComponent(JSON.stringify(value))}`
const post = (path: string, body: string, headers: Record<string, string> = json): Row => ({
  method: 'POST',
  path,
  headers,
  body,
})

describe("the answer is that of tRPC's standalone server", () => {
  const rows: [string, Row][] = [
    ['httpLink: query', { path: `photos.get?${input({ id })}`, headers: json }],
    ['httpLink: mutation', post('photos.delete', JSON.stringify({ id }))],
    ['httpBatchLink: query', { path: `photos.get?batch=1&${input({ 0: { id } })}`, headers: json }],
    ['httpBatchLink: mutation', post('photos.delete?batch=1', JSON.stringify({ 0: { id } }))],
    ['httpBatchLink: mixed outcomes', { path: `photos.get,photos.get?batch=1&${input({ 0: { id }, 1: { id: unknownId } })}` }], // biome-ignore format: one row
    ['httpBatchStreamLink: query', { path: `photos.get?batch=1&${input({ 0: { id } })}`, headers: { ...json, ...jsonl } }], // biome-ignore format: one row
    ['httpBatchStreamLink: mutation', post('photos.delete?batch=1', JSON.stringify({ 0: { id } }), { ...json, ...jsonl })], // biome-ignore format: one row
    ['httpBatchStreamLink by accept', { path: 'photos.list?batch=1', headers: { accept: 'application/jsonl' } }], // biome-ignore format: one row
    ['httpSubscriptionLink on a query', { path: `photos.list?${input({})}`, headers: { accept: 'text/event-stream' } }], // biome-ignore format: one row
    ["the infinite query of tRPC's React integration", { path: `photos.list?${input({ limit: 5, direction: 'forward' })}` }], // biome-ignore format: one row
    ['the same, next page', { path: `photos.list?${input({ cursor: 'x', direction: 'forward' })}` }],
    ['a browser that opens the URL', { path: 'photos.list', headers: { accept: 'text/html,*/*;q=0.8' } }],
    ['GET with another type', { path: 'photos.list', headers: { 'content-type': 'text/plain' } }],
    ['GET with a body', { path: 'photos.list', headers: { ...json, 'content-length': '2' }, body: '{}' }],
    ['a query as POST', post('photos.get', JSON.stringify({ id }))],
    ['a mutation as GET', { path: `photos.delete?${input({ id })}` }],
    ['a type in capitals', post('photos.delete', JSON.stringify({ id }), { 'content-type': 'Application/JSON; charset=utf-8' })], // biome-ignore format: one row
    ['bad JSON in the URL', { path: 'photos.get?input=%7B' }],
    ['bad JSON in the body', post('photos.delete', '{')],
    ['an empty body', post('photos.delete', '')],
    ['an empty body of a batch', post('photos.delete?batch=1', '')],
    ['input missing', { path: 'photos.get' }],
    ['input empty', { path: 'photos.list?input=' }],
    ['input null', { path: 'photos.list?input=null' }],
    ['input twice: the first counts', { path: `photos.get?${input({ id })}&${input({ id: unknownId })}` }],
    ["a transformer's envelope", { path: `photos.get?${input({ json: { id } })}` }],
    ['an unknown procedure', { path: 'photos.nope' }],
    ['no procedure', { path: '' }],
    ['an empty batch', { path: '?batch=1' }],
    ['a batch with a gap', { path: `photos.list,,photos.list?batch=1` }],
    ['batch=true is no batch', { path: `photos.list,photos.list?batch=true` }],
    ['a name with a slash', { path: 'photos/list' }],
    ['a name with a slash at its end', { path: 'photos.list/' }],
    ['a name with a slash before it', { path: '/photos.list' }],
    ['a slash', { path: '/' }],
    ['a batch with a slash at its end', { path: 'photos.list,photos.list/?batch=1' }],
    ['a streamed batch with a slash at its end', { path: 'photos.list/?batch=1', headers: jsonl }],
    ['an escaped name', { path: `photos%2eget?${input({ id })}` }],
    ['an escaped comma', { path: 'photos.list%2Cphotos.list?batch=1' }],
    ['an escaped slash', { path: 'photos%2Flist' }],
    ['B285: __proto__', { path: '__proto__' }],
    ['B285: photos.constructor', { path: 'photos.constructor' }],
    ['B285: hasOwnProperty', { path: 'hasOwnProperty' }],
    ['trpc-accept with another type', { path: 'photos.list', headers: { 'trpc-accept': 'text/plain' } }],
  ]
  test.each(rows)('%s', async (_name, row) => {
    expect(await sendToOurs(row)).toEqual(await sendToTheirs(row))
  })
})

describe('differences that stay', () => {
  const rows: { name: string; row: Row; reason: string; status: [ours: number, theirs: number] }[] = [
    {
      name: 'a query that fails',
      row: { path: `photos.get?${input({ id: unknownId })}`, headers: json },
      reason: 'the same body; tRPC reads the status from `data.httpStatus`, which a problem calls `status`',
      status: [404, 500],
    },
    {
      name: 'a name with two slashes at its end',
      row: { path: 'photos.list//' },
      reason: 'one slash is ignored; tRPC removes one from the URL, and another one from the name',
      status: [404, 200],
    },
    {
      name: 'HEAD',
      row: { method: 'HEAD', path: 'photos.list' },
      reason:
        'HEAD has the status and headers of GET (RFC 9110 §9.3.2); tRPC gives 204 to warm up a function',
      status: [200, 204],
    },
    {
      name: 'OPTIONS',
      row: { method: 'OPTIONS', path: 'photos.list' },
      reason: 'OPTIONS lists the methods in Allow; tRPC leaves it to other middleware',
      status: [204, 415],
    },
    {
      name: 'another method without a type',
      row: { method: 'DELETE', path: 'photos.list' },
      reason: 'the method is wrong, with any type of body',
      status: [405, 415],
    },
    {
      name: 'a form for a mutation',
      row: post('photos.delete', '--x--', { 'content-type': 'multipart/form-data; boundary=x' }),
      reason: 'pages of other sites can send forms without a preflight (threat B233); no procedure reads one',
      status: [415, 400],
    },
    {
      name: 'bytes for a mutation',
      row: post('photos.delete', 'x', { 'content-type': 'application/octet-stream' }),
      reason: 'bytes are uploaded by POST /photos; no procedure reads them',
      status: [415, 400],
    },
    {
      name: 'an encoded body',
      row: post('photos.delete', '{}', { ...json, 'content-encoding': 'gzip' }),
      reason: 'Tintype decompresses nothing (threat B036); tRPC reads the body as if it were plain',
      status: [415, 400],
    },
    {
      name: 'GET with a form',
      row: { path: 'photos.list', headers: { 'content-type': 'multipart/form-data; boundary=x' } },
      reason: 'the same body; tRPC labels it text/plain, although it is JSON',
      status: [405, 405],
    },
    {
      name: 'no type',
      row: post('photos.delete', '{}', {}),
      reason: 'the same body; tRPC labels it text/plain, although it is JSON',
      status: [415, 415],
    },
    {
      name: 'another type',
      row: post('photos.delete', '{}', { 'content-type': 'text/plain' }),
      reason: 'the same body; tRPC labels it text/plain, although it is JSON',
      status: [415, 415],
    },
    {
      name: 'more than 20 calls',
      row: { path: `${'photos.list,'.repeat(20)}photos.list?batch=1` },
      reason: 'the same status; our envelope has the facts limit and received',
      status: [400, 400],
    },
    {
      name: 'a single streamed call',
      row: { path: 'photos.list', headers: jsonl },
      reason: 'the same status; our envelope has the request id',
      status: [400, 400],
    },
    {
      name: 'dot segments',
      row: { path: 'x/../photos.list' },
      reason: 'no path is normalised: guards and handlers see the same one (threat B077)',
      status: [404, 200],
    },
    {
      name: 'a path that is not UTF-8',
      row: { path: '%ff' },
      reason: 'the same status; refused before any route',
      status: [400, 400],
    },
  ]
  test.each(rows)('$name: $reason', async ({ row, status }) => {
    const [own, other] = await Promise.all([sendToOurs(row), sendToTheirs(row)])
    expect([own.status, other.status]).toEqual(status)
    expect(own).not.toEqual(other)
    if (own.status >= 400)
      expect(JSON.parse(own.body)).toMatchObject({ error: { data: { status: own.status } } })
  })
})
