import { describe, expect, test } from 'vitest'
import { takenKeyOf } from '../list-position.ts'
import type { ListQuery, PhotoCatalog, PhotoRecord } from '../photo-catalog.ts'
import type { PhotoCatalogFixture } from './describe-photo-catalog.ts'
import { samplePhoto, samplePhotoId } from './sample-photo.ts'
import { shareCatalog } from './share-catalog.ts'

const queries: Omit<ListQuery, 'limit'>[] = [
  {},
  { tag: 'cat' },
  { owner: 'alice' },
  { owner: 'alice', tag: 'cat' },
  { owner: 'alice', tag: 'cat', visibility: 'private' },
  { owner: 'alice', visibility: 'public' },
  { visibility: 'private' },
  { visibility: 'public', tag: 'cat' },
]
const searches = [
  { search: 'findable' },
  { search: 'fi' },
  { search: 'findable', owner: 'alice', tag: 'cat' },
]
const uploaded = [...queries, ...searches].map((query) => ({ ...query, sort: 'uploaded' as const }))
const taken = queries.map((query) => ({ ...query, sort: 'taken' as const }))

/** The part of the contract about pages in both directions, pages around a photo, and the order of the time taken. */
export function describePages(fixture: PhotoCatalogFixture): void {
  describe('list, backward and around', () => {
    const shared = shareCatalog(fixture)

    test('S-02: a page ends before its limit if its photos have long texts, and the next one continues', async () => {
      const { catalog } = shared
      const photos = Array.from({ length: 8 }, () => samplePhoto({ alt: 'x'.repeat(100_000) }))
      for (const photo of photos) await catalog.insert(photo)
      const ids = photos.map(({ id }) => id).toReversed()
      const first = await catalog.list({ limit: 100 })
      const second = await catalog.list({ limit: 100, cursor: first.nextCursor })
      const third = await catalog.list({ limit: 100, cursor: second.nextCursor })
      const pages = [first, second, third].map((page) => page.photos.map(({ id }) => id))
      expect(pages).toEqual([ids.slice(0, 3), ids.slice(3, 6), ids.slice(6)])
      expect(third.nextCursor).toBeUndefined()
      const back = await catalog.list({ limit: 100, cursor: third.previousCursor, direction: 'backward' })
      expect(back.photos.map(({ id }) => id)).toEqual(pages[1])
    })

    test.each([...uploaded, ...taken])(
      'reads back what it has read, and begins with any photo, with %j',
      async (query) => {
        const { catalog } = shared
        const expected = selectPhotos(await insertMany(catalog, 20), query)
        let page = await catalog.list({ limit: 3, ...query })
        expect(page.previousCursor).toBeUndefined()
        const pages = [page.photos]
        while (page.nextCursor !== undefined) {
          page = await catalog.list({ limit: 3, ...query, cursor: page.nextCursor, around: samplePhotoId() })
          pages.push(page.photos)
        }
        expect(pages.flat()).toStrictEqual(expected)
        for (const forward of pages.toReversed().slice(1)) {
          page = await catalog.list({
            limit: 3,
            ...query,
            cursor: page.previousCursor,
            direction: 'backward',
          })
          expect(page.photos).toStrictEqual(forward)
          const next = await catalog.list({ limit: 3, ...query, cursor: page.nextCursor })
          expect(next.photos).toStrictEqual(pages[pages.indexOf(forward) + 1])
        }
        expect(page.previousCursor).toBeUndefined()

        for (const [at, { id }] of expected.entries()) {
          const from = await catalog.list({ limit: 2, ...query, around: id })
          expect(from.photos).toStrictEqual(expected.slice(at, at + 2))
          expect([from.previousCursor === undefined, from.nextCursor === undefined]).toStrictEqual([
            at === 0,
            at + 2 >= expected.length,
          ])
        }
      },
    )

    test('begins with the next photo if the filters exclude the given one', async () => {
      const { catalog } = shared
      const photos = await insertMany(catalog, 6)
      const hidden = photos.find(({ tags }) => !tags.includes('cat')) as PhotoRecord
      const older = selectPhotos(photos.slice(0, photos.indexOf(hidden)), { tag: 'cat' })
      expect((await catalog.list({ limit: 9, tag: 'cat', around: hidden.id })).photos).toStrictEqual(older)
    })

    test.each(['uploaded', 'taken'] as const)(
      'refuses to begin with a photo that does not exist, by %s',
      async (sort) => {
        const { catalog } = shared
        const listing = catalog.list({ limit: 1, sort, around: samplePhotoId() })
        await expect(listing).rejects.toMatchObject({ name: 'TintypeError', code: 'PHOTO_NOT_FOUND' })
      },
    )

    test('B295 a page before the cursor has what was inserted since, and nothing twice', async () => {
      const { catalog } = shared
      const photos = await insertMany(catalog, 6)
      const { nextCursor } = await catalog.list({ limit: 2 })
      const second = await catalog.list({ limit: 2, cursor: nextCursor })
      for (const { id } of second.photos) await catalog.delete(id)
      const more = await insertMany(catalog, 2)
      const newer = [...photos.slice(4), ...more].toReversed()
      const query = { limit: 9, cursor: second.previousCursor, direction: 'backward' } as const
      expect((await catalog.list(query)).photos).toStrictEqual(newer)
      for (const { id } of newer) await catalog.delete(id)
      expect(await catalog.list(query)).toStrictEqual({ photos: [] })
    })

    test('sorts by the time taken to the second, then by insertion; without one by the upload', async () => {
      const { catalog } = shared
      const facts = [
        { takenAt: '2024-05-01T10:00:00' },
        { takenAt: '2026-01-01T00:00:00Z' },
        { takenAt: null, createdAt: '2025-01-01T00:00:00.123Z' },
        { takenAt: '2024-05-01T10:00:00.900Z' },
        { takenAt: '1999-12-31T23:59:59' },
        { takenAt: null, createdAt: '2025-01-01T00:00:00.001Z' },
      ]
      const photos = facts.map((one) => samplePhoto({ ...one, tags: ['t'], owner: 'alice' }))
      for (const photo of photos) await catalog.insert(photo)
      const sorted = [1, 5, 2, 3, 0, 4].map((at) => photos[at])
      for (const query of [{}, { tag: 't' }, { owner: 'alice' }, { owner: 'alice', tag: 't' }])
        expect((await catalog.list({ limit: 9, sort: 'taken', ...query })).photos).toStrictEqual(sorted)
    })

    test('keeps the time taken of tags that are added or moved later', async () => {
      const { catalog } = shared
      const times = ['2001-01-01T00:00:00', '2003-01-01T00:00:00', '2002-01-01T00:00:00']
      const [old, recent, middle] = times.map((takenAt) => samplePhoto({ takenAt })) as [
        PhotoRecord,
        PhotoRecord,
        PhotoRecord,
      ]
      for (const photo of [old, recent, middle]) await catalog.insert(photo)
      await catalog.update(old.id, { tags: ['t'] })
      await catalog.changeTags([recent.id, middle.id], { add: ['t'], remove: [], maxTags: 9 })
      for (const { id } of [old, recent, middle]) await catalog.move(id, 'bob')
      const { photos } = await catalog.list({ limit: 9, sort: 'taken', tag: 't', owner: 'bob' })
      expect(photos.map(({ id }) => id)).toStrictEqual([recent.id, middle.id, old.id])
    })

    test('B294 refuses the cursors of another order', async () => {
      const { catalog } = shared
      await insertMany(catalog, 3)
      for (const [sort, other] of [
        ['uploaded', 'taken'],
        ['taken', 'uploaded'],
      ] as const) {
        const { nextCursor = '' } = await catalog.list({ limit: 1, sort })
        const forged = [
          nextCursor,
          ...Array.from({ length: nextCursor.length }, (_, at) => nextCursor.slice(0, at)),
        ]
        for (const cursor of forged)
          await expect(catalog.list({ limit: 1, sort: other, cursor }), cursor).rejects.toMatchObject({
            code: 'INVALID_REQUEST',
          })
      }
    })
  })
}

/** Photos of two owners and none, with and without a tag, a time and a title that is found; some private. */
async function insertMany(catalog: PhotoCatalog, count: number): Promise<PhotoRecord[]> {
  const photos = Array.from({ length: count }, (_, at) =>
    samplePhoto({
      owner: ([null, 'alice', 'alice', 'bob'] as const)[at % 4] ?? null,
      visibility: at % 3 === 0 ? 'private' : 'public',
      tags: at % 5 === 0 ? ['dog'] : ['cat', 'dog'],
      title: at % 7 === 0 ? null : 'findable',
      takenAt: at % 6 === 0 ? null : `20${10 + ((at * 7) % 5)}-01-01T00:00:00`,
    }),
  )
  for (const photo of photos) await catalog.insert(photo)
  return photos
}

/** The photos of a query, which were inserted in this order, as a list must have them. */
function selectPhotos(photos: readonly PhotoRecord[], query: Omit<ListQuery, 'limit'>): PhotoRecord[] {
  const selected = photos.filter(
    ({ owner, visibility, tags, title }) =>
      (query.owner === undefined || owner === query.owner) &&
      (query.visibility === undefined || visibility === query.visibility) &&
      (query.tag === undefined || tags.includes(query.tag)) &&
      (query.search === undefined || title?.includes(query.search)),
  )
  const newestFirst = selected.toReversed()
  if (query.sort !== 'taken') return newestFirst
  return newestFirst.sort((one, other) =>
    takenKeyOf(one) < takenKeyOf(other) ? 1 : takenKeyOf(one) > takenKeyOf(other) ? -1 : 0,
  )
}
