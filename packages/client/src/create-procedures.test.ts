import { openCaller, type Photo, type PhotoPage, type SystemLimits, TintypeError } from '@tintype/contract'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { createTintypeClient } from './create-tintype-client.ts'
import { failureOf } from './testing/failure-of.ts'
import { openProcedures } from './testing/open-procedures.ts'
import { openScriptedServer, photoAt, refuse, samplePhoto, sendJson } from './testing/scripted-server.ts'

const { id } = samplePhoto
const once = { attempts: 1 }
const page: PhotoPage = { photos: [samplePhoto], nextCursor: 'next', previousCursor: null }

describe('calls', () => {
  test('reach the procedure, and return its typed output', async () => {
    const seen: unknown[] = []
    await using server = await openProcedures({
      async listPhotos(query) {
        seen.push(query)
        return page
      },
      async updatePhoto(...input) {
        seen.push(input)
        return samplePhoto
      },
    })
    const list = await server.client.photos.list.query({ limit: 5, tag: 'cats & dogs' })
    expectTypeOf(list).toExtend<PhotoPage>()
    expect(list).toEqual({ ...page, photos: [photoAt(server.client)] })
    const updated = await server.client.photos.update.mutate({ id, alt: null })
    expectTypeOf(updated).toExtend<Photo>()
    expect(updated).toEqual(photoAt(server.client))
    expect(seen).toEqual([{ limit: 5, tag: 'cats & dogs' }, [id, { alt: null }, { scope: openCaller.scope }]])
    expect(server.requests).toEqual([
      { method: 'GET', path: 'photos.list' },
      { method: 'POST', path: 'photos.update' },
    ])
  })

  test('can omit an optional input, and options that are null without types', async () => {
    const limits = { maxUploadByteSize: 5 } as SystemLimits
    await using server = await openProcedures({ getLimits: () => limits, listPhotos: async () => page })
    expect(await server.client.system.limits.query()).toEqual(limits)
    const listed = { ...page, photos: [photoAt(server.client)] }
    expect(await server.client.photos.list.query()).toEqual(listed)
    const options = null as never
    expect(await server.client.photos.list.query({}, options)).toEqual(listed)
  })

  test('share a request if they are queries made at the same moment, at most 20; mutations do not', async () => {
    await using server = await openProcedures({
      getPhoto: async () => samplePhoto,
      deletePhoto: async () => undefined,
    })
    await Promise.all(Array.from({ length: 25 }, () => server.client.photos.get.query({ id })))
    // each on a connection of its own, so either can arrive first
    const callCounts = server.requests.map((one) => one.path.split(',').length)
    expect(callCounts.toSorted((a, b) => a - b)).toEqual([5, 20])
    server.requests.length = 0
    await Promise.all([1, 2].map(() => server.client.photos.delete.mutate({ id })))
    expect(server.requests).toEqual([1, 2].map(() => ({ method: 'POST', path: 'photos.delete' })))
  })

  test('split a batch before its URL gets too long for proxies', async () => {
    await using server = await openProcedures({ listPhotos: async () => page })
    const cursor = 'x'.repeat(100)
    const search = 'ü'.repeat(200)
    await Promise.all(Array.from({ length: 10 }, () => server.client.photos.list.query({ cursor, search })))
    expect(server.requests.length).toBeGreaterThan(1)
  })

  test('carry the headers of the caller', async () => {
    await using server = await openScriptedServer(refuse('RATE_LIMITED'))
    const { photos } = createTintypeClient({
      ...server,
      retry: once,
      headers: () => ({ Authorization: 'Bearer 1' }),
    })
    await failureOf(photos.list.query())
    expect(server.seen[0]?.headers.authorization).toBe('Bearer 1')
  })

  test('can be awaited as a namespace: it is not a promise', async () => {
    const { photos } = createTintypeClient({ url: 'http://nowhere.invalid' })
    expect(await photos).toBe(photos)
  })
})

describe('failures are TintypeErrors', () => {
  test('of a signal that is none, which its message names; nothing is sent', async () => {
    await using server = await openScriptedServer(refuse('OVERLOADED'))
    const { photos } = createTintypeClient({ ...server, retry: once })
    const signal = new AbortController() as never // as callers without types can pass it
    for (const call of [photos.list.query({}, { signal }), photos.delete.mutate({ id }, { signal })])
      expect(await failureOf(call)).toMatchObject({
        code: 'INVALID_REQUEST',
        source: 'client',
        message: 'Expected signal: an AbortSignal',
      })
    expect(server.seen).toHaveLength(0)
  })

  test('thrown by a use-case, each of a batch its own', async () => {
    await using server = await openProcedures({
      listPhotos: async () => page,
      getPhoto: async () => {
        throw new TintypeError('PHOTO_NOT_FOUND', 'There is no such photo', { facts: { ids: [id] } })
      },
    })
    const { photos } = server.client
    const [list, error] = await Promise.all([photos.list.query(), failureOf(photos.get.query({ id }))])
    expect(list).toEqual({ ...page, photos: [photoAt(server.client)] })
    expect(error).toMatchObject({
      code: 'PHOTO_NOT_FOUND',
      status: 404,
      message: 'There is no such photo',
      facts: { ids: [id] },
      requestId: 'request-1',
    })
    expect(server.requests).toHaveLength(1)
  })

  test('of input that fails its schema', async () => {
    await using server = await openProcedures({})
    expect(await failureOf(server.client.photos.get.query({ id: 'no id' }))).toMatchObject({
      code: 'INVALID_REQUEST',
    })
    expect(await failureOf(server.client.photos.list.query({ limit: 101 }))).toMatchObject({
      code: 'INVALID_REQUEST',
    })
  })

  test('of bugs in the server, as INTERNAL', async () => {
    const getPhoto = () => Promise.reject(new Error('secret'))
    await using server = await openProcedures({ getPhoto })
    const error = await failureOf(server.client.photos.get.query({ id }))
    expect(error).toMatchObject({ code: 'INTERNAL', requestId: 'request-1' })
    expect(error.message).not.toContain('secret')
  })

  test('with Retry-After, also with the problems of a batch', async () => {
    const data = { code: 'OVERLOADED', detail: 'Busy', requestId: 'request-1' }
    await using server = await openScriptedServer(({ response }) =>
      sendJson(response, {
        status: 503,
        body: [{ error: { code: -32603, message: 'Busy', data } }],
        headers: { 'retry-after': '2' },
      }),
    )
    const call = createTintypeClient({ ...server, retry: once }).photos.get.query({ id })
    expect(await failureOf(call)).toMatchObject({ code: 'OVERLOADED', message: 'Busy', retryAfterSeconds: 2 })
  })

  test('of refusals before the request reaches tRPC', async () => {
    await using server = await openScriptedServer(refuse('HOST_NOT_ALLOWED', { 'retry-after': '3' }))
    const error = await failureOf(createTintypeClient({ ...server, retry: once }).photos.list.query())
    expect(error).toMatchObject({ code: 'HOST_NOT_ALLOWED', requestId: 'request-1', retryAfterSeconds: 3 })
  })

  test.each([
    ['HTML', '<h1>Error</h1>'],
    ['JSON of another server', '{"ok":true}'],
    ['too few answers', '[]'],
  ])('of an answer that no Tintype server gives (%s): UNEXPECTED_ANSWER', async (_, text) => {
    await using server = await openScriptedServer(({ response }) => void response.writeHead(500).end(text))
    const error = await failureOf(createTintypeClient({ ...server, retry: once }).photos.list.query())
    expect(error).toMatchObject({ code: 'UNEXPECTED_ANSWER', retryable: false })
  })

  test.each([
    [502, '<h1>Bad gateway</h1>'],
    [503, '{"message":"Service Unavailable"}'],
    [504, '[{"ok":true}]'],
  ])('of a proxy (%i): NETWORK_ERROR', async (status, text) => {
    await using server = await openScriptedServer(({ response }) => void response.writeHead(status).end(text))
    const error = await failureOf(createTintypeClient({ ...server, retry: once }).photos.list.query())
    expect(error).toMatchObject({ code: 'NETWORK_ERROR', retryable: true, facts: { status } })
  })

  test('of a connection that is cut: NETWORK_ERROR', async () => {
    await using server = await openScriptedServer(({ request, response }) => {
      response.writeHead(200, { 'content-length': '500' }).write('[', () => request.socket.destroy())
    })
    const error = await failureOf(createTintypeClient({ ...server, retry: once }).photos.list.query())
    expect(error).toMatchObject({ code: 'NETWORK_ERROR', retryable: true })
  })
})

test.each([{}, null, { onData() {} }])(
  'following changes needs a function: INVALID_REQUEST for %j',
  (wrong) => {
    const { photos } = createTintypeClient({ url: 'http://nowhere.invalid' })
    const error = failureOf(Promise.resolve().then(() => photos.onChange.subscribe({}, wrong as never)))
    return expect(error).resolves.toMatchObject({
      code: 'INVALID_REQUEST',
      message: expect.stringContaining('onChange'),
    })
  },
)
