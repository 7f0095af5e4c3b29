import type { PhotoUseCases } from '@tintype/api'
import { type PhotoChange, TintypeError } from '@tintype/contract'
import { createTRPCClient, createTRPCUntypedClient, TRPCClientError } from '@trpc/client'
import { describe, expect, expectTypeOf, test } from 'vitest'
import type { Photo } from './index.ts'
import { type AppRouter, tintypeLink } from './router.ts'
import { openProcedures } from './testing/open-procedures.ts'
import { photoAt, samplePhoto } from './testing/scripted-server.ts'

const { id } = samplePhoto

test("tRPC's own client calls queries and mutations through it", async () => {
  await using server = await openProcedures({
    getPhoto: async () => samplePhoto,
    deletePhoto: async () => undefined,
  })
  const trpc = createTRPCClient<AppRouter>({ links: [tintypeLink(server.client)] })
  const photo = await trpc.photos.get.query({ id })
  expectTypeOf(photo).toExtend<Photo>()
  expect(photo).toEqual(photoAt(server.client))
  expect(await trpc.photos.delete.mutate({ id })).toEqual({ id })
  expect(server.requests.map(({ method }) => method)).toEqual(['GET', 'POST'])
})

test('a failure is a TRPCClientError with the TintypeError as its cause', async () => {
  await using server = await openProcedures({
    getPhoto: () => Promise.reject(new TintypeError('PHOTO_NOT_FOUND', 'There is no such photo')),
  })
  const trpc = createTRPCClient<AppRouter>({ links: [tintypeLink(server.client)] })
  const error = await trpc.photos.get.query({ id }).catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(TRPCClientError)
  expect(error).toMatchObject({ message: 'There is no such photo', cause: { code: 'PHOTO_NOT_FOUND' } })
})

test('a signal cancels the call', async () => {
  await using server = await openProcedures({ getPhoto: () => new Promise(() => {}) })
  const trpc = createTRPCClient<AppRouter>({ links: [tintypeLink(server.client)] })
  const controller = new AbortController()
  const call = trpc.photos.get.query({ id }, { signal: controller.signal })
  controller.abort()
  await expect(call).rejects.toBeInstanceOf(Error)
})

describe('a subscription', () => {
  /** Changes until the caller leaves. */
  const openChanges: PhotoUseCases['openChanges'] = async function* ({ signal, lastEventId = '0' }) {
    const change: PhotoChange = { type: 'photo.created', photo: samplePhoto }
    yield { id: '1', change: { type: 'ready' } as PhotoChange }
    yield { id: `${lastEventId}-2`, change }
    await new Promise((resolve) => signal?.addEventListener('abort', resolve, { once: true }))
  }

  test('has what tRPC gives to listeners, with URLs that work, until it ends', async () => {
    await using server = await openProcedures({ openChanges })
    const trpc = createTRPCClient<AppRouter>({ links: [tintypeLink(server.client)] })
    const seen: unknown[] = []
    const { promise: whole, resolve, reject } = Promise.withResolvers<void>()
    const ended = Promise.withResolvers<void>()
    const stream = trpc.photos.onChange.subscribe(
      { lastEventId: 'a' },
      {
        onStarted: () => seen.push('started'),
        onData({ id, data }) {
          expectTypeOf(data).toExtend<PhotoChange>()
          seen.push([id, data])
          if (data.type === 'photo.created') resolve()
        },
        onError: reject,
        onComplete: ended.resolve,
      },
    )
    await whole
    stream.unsubscribe()
    await ended.promise
    const photo = photoAt(server.client)
    expect(seen).toEqual(['started', ['1', { type: 'ready' }], ['a-2', { type: 'photo.created', photo }]])
  })

  test('is an async iterable, which a signal ends', async () => {
    await using server = await openProcedures({ openChanges })
    const trpc = createTRPCClient<AppRouter>({ links: [tintypeLink(server.client)] })
    const types: string[] = []
    const controller = new AbortController()
    for await (const { data } of trpc.photos.onChange.subscribe(undefined, controller)) {
      types.push(data.type)
      if (types.length === 2) controller.abort()
    }
    expect(types).toEqual(['ready', 'photo.created'])
  })

  test('fails with the TintypeError as its cause', async () => {
    await using server = await openProcedures({
      openChanges: () => {
        throw new TintypeError('FORBIDDEN', 'The key lacks the right')
      },
    })
    const trpc = createTRPCClient<AppRouter>({ links: [tintypeLink(server.client)] })
    const error = await new Promise((resolve) =>
      trpc.photos.onChange.subscribe(undefined, { onError: resolve }),
    )
    expect(error).toBeInstanceOf(TRPCClientError)
    expect(error).toMatchObject({ cause: { code: 'FORBIDDEN' } })
  })
})

test('a procedure that the client lacks fails, and sends nothing', async () => {
  await using server = await openProcedures({})
  const untyped = createTRPCUntypedClient({ links: [tintypeLink(server.client)] })
  const missing = { cause: { code: 'ROUTE_NOT_FOUND' } }
  await expect(untyped.query('photos.rotate')).rejects.toMatchObject(missing)
  const failure = new Promise((resolve) => untyped.subscription('tags.onChange', {}, { onError: resolve }))
  expect(await failure).toMatchObject(missing)
  expect(server.requests).toEqual([])
})
