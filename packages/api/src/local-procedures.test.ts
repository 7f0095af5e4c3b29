import { openCaller, type Photo, TintypeError } from '@tintype/contract'
import { expect, expectTypeOf, test } from 'vitest'
import type { ApiContext, PhotoUseCases } from './context.ts'
import { createLocalProcedures } from './local-procedures.ts'
import type { PhotoIdInput } from './procedures.ts'

/** Procedures whose only use-case is `getPhoto`, and the calls that run now. */
function open({ getPhoto, may = true }: { getPhoto: PhotoUseCases['getPhoto']; may?: boolean }) {
  let running = 0
  const photos = { getPhoto } as PhotoUseCases // the others are not called
  const context: ApiContext = {
    photos,
    caller: { ...openCaller, may: () => may },
    version: '1.2.3',
    requestId: 'test',
  }
  const begin = () => {
    running += 1
    return {
      [Symbol.dispose]() {
        running -= 1
      },
    }
  }
  const procedures = createLocalProcedures(context, { signal: AbortSignal.abort(), begin })
  return { procedures, running: () => running }
}

const id = '01890a5d-ac96-774b-bcce-b302099a8057'

test('every procedure of the router can be called locally', () => {
  const { procedures } = open({ getPhoto: () => Promise.reject(new Error('not called')) })
  const { photos, thumbnails, system } = procedures
  for (const call of [photos.list, photos.move, thumbnails.create, system.limits])
    expect(call).toBeTypeOf('function')
  expectTypeOf(photos.get).parameter(0).toEqualTypeOf<PhotoIdInput>()
  expectTypeOf(photos.get).returns.toEqualTypeOf<Promise<Photo>>()
})

test('a call rejects with the error of the use-case, and counts as running until then', async () => {
  const error = new TintypeError('PHOTO_NOT_FOUND', 'No photo has this id')
  const failing = Promise.withResolvers<never>()
  const { procedures, running } = open({ getPhoto: () => failing.promise })
  const call = procedures.photos.get({ id })
  expect(running()).toBe(1)
  failing.reject(error)
  await expect(call).rejects.toBe(error)
  expect(running()).toBe(0)
})

test('rights and inputs are checked as over HTTP', async () => {
  const getPhoto = () => Promise.reject(new Error('not called'))
  const { procedures } = open({ getPhoto })
  await expect(procedures.photos.get({ id: 'x' })).rejects.toMatchObject({ code: 'INVALID_REQUEST' })
  const without = open({ getPhoto, may: false })
  await expect(without.procedures.photos.get({ id })).rejects.toMatchObject({ code: 'FORBIDDEN' })
})
