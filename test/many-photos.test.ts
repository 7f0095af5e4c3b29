import { makeImage } from '@tintype/imaging/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { mutate, query } from './support/call.ts'
import { startTintype, type Tintype } from './support/start-tintype.ts'
import { uploadPhoto } from './support/upload.ts'
import type { PhotoJson } from './support/uploads.ts'

const unknownId = '0193f6a2-7c1e-7b3a-9d2e-5f60718293a4'
let tintype: Tintype
let image: Uint8Array
beforeAll(async () => {
  tintype = await startTintype()
  image = await makeImage({ width: 16, height: 12, format: 'png' })
})
afterAll(() => tintype[Symbol.asyncDispose]())

test('system.about has the version, the access mode, the number of photos and what the caller may do', async () => {
  const before = (await query<{ photos: number }>(tintype.url, 'system.about')).data
  await uploadPhoto(tintype.url, image)
  const { data } = await query(tintype.url, 'system.about')
  expect(before).toMatchObject({ photos: expect.any(Number) })
  expect(data).toEqual({
    version: expect.stringMatching(/^\d+\.\d+\.\d+/),
    access: 'open',
    photos: (before?.photos ?? 0) + 1,
    rights: expect.arrayContaining(['photos:create', 'photos:delete', 'keys:manage']),
  })
})

test('findByDigest returns one photo for each digest that is held, in the order of the digests', async () => {
  const [one, other] = await Promise.all(
    [17, 18].map(async (width) => {
      const bytes = await makeImage({ width, height: 12, format: 'png' })
      return uploadPhoto(tintype.url, bytes)
    }),
  )
  const sha256 = ['0'.repeat(64), other?.sha256, one?.sha256, other?.sha256]
  const { data } = await query<PhotoJson[]>(tintype.url, 'photos.findByDigest', { sha256 })
  expect(data).toEqual([other, one])
})

test('tagMany tags all photos or none, and tags.list suggests what they have', async () => {
  const one = await uploadPhoto(tintype.url, image, { tags: ['sea', 'sky'] })
  const other = await uploadPhoto(tintype.url, image, { tags: ['land'] })
  const ids = [one.id, other.id]
  const tagged = await mutate<PhotoJson[]>(tintype.url, 'photos.tagMany', {
    ids: [...ids, one.id],
    add: ['seaside', ' sky '],
    remove: ['sea'],
  })
  expect(tagged.data?.map(({ id, tags }) => [id, tags])).toEqual([
    [one.id, ['sky', 'seaside']],
    [other.id, ['land', 'seaside', 'sky']],
  ])
  expect((await query(tintype.url, 'tags.list', { prefix: 's' })).data).toEqual(['seaside', 'sky'])
  expect((await query(tintype.url, 'tags.list', { limit: 1 })).data).toEqual(['land'])

  const refused = await mutate(tintype.url, 'photos.tagMany', { ids: [one.id, unknownId], add: ['x'] })
  expect(refused.problem).toMatchObject({ code: 'PHOTO_NOT_FOUND', ids: [unknownId] })
  const many = Array.from({ length: 31 }, (_, at) => `tag ${at}`)
  const full = await mutate(tintype.url, 'photos.tagMany', { ids, add: many })
  expect(full.problem).toMatchObject({ code: 'INVALID_REQUEST', ids, limit: 32 })
  expect((await query(tintype.url, 'tags.list', { prefix: 'tag ' })).data).toEqual([])
})

test.each([
  ['photos.tagMany', { ids: [unknownId] }],
  ['photos.tagMany', { ids: [unknownId], add: ['a'], remove: ['a'] }],
  ['photos.tagMany', { ids: [], add: ['a'] }],
  ['photos.deleteMany', { ids: [] }],
  ['photos.findByDigest', { sha256: [] }],
  ['photos.findByDigest', { sha256: Array.from({ length: 101 }, (_, at) => `${at}`.padStart(64, '0')) }],
  ['photos.findByDigest', { sha256: ['A'.repeat(64)] }],
  ['photos.deleteMany', { ids: ['../x'] }],
  ['photos.deleteMany', { ids: Array(101).fill(unknownId) }],
])('%s refuses %j', async (name, input) => {
  const call = name === 'photos.findByDigest' ? query : mutate
  expect((await call(tintype.url, name, input)).problem?.code).toBe('INVALID_REQUEST')
})

test('B294 tags.list refuses a limit above 50', async () => {
  expect((await query(tintype.url, 'tags.list', { limit: 51 })).problem?.code).toBe('INVALID_REQUEST')
})

test('deleteMany deletes what there is, and has an outcome for each id', async () => {
  const ids = await Promise.all([1, 2, 3].map(async () => (await uploadPhoto(tintype.url, image)).id))
  const given = [ids[0], unknownId, ids[1], ids[0], ids[2]]
  const { data, status } = await mutate(tintype.url, 'photos.deleteMany', { ids: given })
  expect(status).toBe(200)
  expect(data).toEqual([
    { id: ids[0], status: 'deleted' },
    {
      id: unknownId,
      status: 'failed',
      error: expect.objectContaining({ code: 'PHOTO_NOT_FOUND', status: 404 }),
    },
    { id: ids[1], status: 'deleted' },
    { id: ids[2], status: 'deleted' },
  ])
  for (const id of ids)
    expect((await query(tintype.url, 'photos.get', { id })).problem?.code).toBe('PHOTO_NOT_FOUND')
})
