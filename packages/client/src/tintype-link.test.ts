import { TintypeError } from '@tintype/contract'
import { createTRPCClient, createTRPCUntypedClient, TRPCClientError } from '@trpc/client'
import { expect, expectTypeOf, test } from 'vitest'
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

test('a procedure that the client lacks fails, and sends nothing', async () => {
  await using server = await openProcedures({})
  const untyped = createTRPCUntypedClient({ links: [tintypeLink(server.client)] })
  await expect(untyped.query('photos.rotate')).rejects.toMatchObject({ cause: { code: 'ROUTE_NOT_FOUND' } })
  expect(server.requests).toEqual([])
})
