import { describe, expect, test } from 'vitest'
import type { ListQuery, PhotoCatalog, PhotoRecord } from '../photo-catalog.ts'
import type { PhotoCatalogFixture } from './describe-photo-catalog.ts'
import { samplePhoto } from './sample-photo.ts'
import { shareCatalog } from './share-catalog.ts'

/** The part of the contract about pages, tags and cursors. */
export function describeListing(fixture: PhotoCatalogFixture): void {
  describe('list', () => {
    const shared = shareCatalog(fixture)

    test('is empty at first', async () => {
      await using opened = await fixture.open()
      expect(await opened.catalog.list({ limit: 10 })).toStrictEqual({ photos: [] })
    })

    test.each([1, 2, 3, 6, 7, 8, 100])('gives all seven, newest first, in pages of %i', async (limit) => {
      const opened = shared
      const photos = await insertMany(opened.catalog, 7)
      const pages = await readPages(opened.catalog, { limit })
      expect(pages.flat()).toStrictEqual(photos.toReversed())
      expect(pages).toHaveLength(Math.ceil(7 / limit))
      expect(pages.slice(0, -1).every((page) => page.length === limit)).toBe(true)
    })

    test('lists by insertion, not by id or time', async () => {
      const opened = shared
      const first = samplePhoto({ createdAt: '2030-01-01T00:00:00.000Z' })
      const second = samplePhoto({ createdAt: '2020-01-01T00:00:00.000Z' })
      const [later, earlier] = [first.id, second.id].sort()
      const photos = [
        { ...first, id: earlier ?? first.id },
        { ...second, id: later ?? second.id },
      ]
      for (const photo of photos) await opened.catalog.insert(photo)
      expect((await opened.catalog.list({ limit: 2 })).photos).toStrictEqual(photos.toReversed())
    })

    test.each([
      {},
      { tag: 'even' },
      { search: 'findable' },
      { search: 'fi' },
      { tag: 'even', search: 'findable' },
    ])('B295 skips and repeats nothing while photos are inserted and deleted, with %j', async (query) => {
      const opened = shared
      const facts = { title: 'findable', tags: ['even'] }
      const photos = await insertMany(opened.catalog, 12, facts)
      const seen: PhotoRecord[] = []
      let cursor: string | undefined
      do {
        const page = await opened.catalog.list({ limit: 3, cursor, ...query })
        seen.push(...page.photos)
        cursor = page.nextCursor
        // The last listed photo is deleted, so that the cursor's photo does not exist; newer ones are inserted.
        const last = page.photos.at(-1)
        if (last !== undefined) await opened.catalog.delete(last.id)
        await insertMany(opened.catalog, 2, facts)
      } while (cursor !== undefined)
      expect(seen).toStrictEqual(photos.toReversed())
    })

    test.each<Omit<ListQuery, 'limit'>>([
      { owner: 'alice' },
      { owner: 'alice', tag: 'cat' },
      { owner: 'alice', search: 'ca' },
      { owner: 'alice', search: 'cat on' },
      { owner: 'alice', search: 'cat on', tag: 'cat' },
      { owner: 'alice', visibility: 'private' },
      { visibility: 'private' },
      { visibility: 'public' },
      { visibility: 'private', tag: 'cat' },
      { visibility: 'private', search: 'cat on' },
      { owner: 'nobody' },
    ])('B226 lists the photos of an owner and a visibility only, with %j', async (query) => {
      const opened = shared
      const photos = Array.from({ length: 24 }, (_, at) =>
        samplePhoto({
          owner: ([null, 'alice', 'bob'] as const)[at % 3] ?? null,
          visibility: at % 4 === 0 ? 'private' : 'public',
          tags: at % 2 === 0 ? ['cat'] : [],
          title: at % 5 === 0 ? 'a dog' : 'the cat on a mat',
        }),
      )
      for (const photo of photos) await opened.catalog.insert(photo)
      const expected = photos.filter(
        ({ owner, visibility, tags, title }) =>
          (query.owner === undefined || owner === query.owner) &&
          (query.visibility === undefined || visibility === query.visibility) &&
          (query.tag === undefined || tags.includes(query.tag)) &&
          (query.search === undefined || `${title} ${tags}`.includes(query.search)),
      )
      const pages = await readPages(opened.catalog, { limit: 2, ...query })
      expect(pages.flat()).toStrictEqual(expected.toReversed())
    })

    test('B295 never inserts a new photo at the position of a deleted one', async () => {
      const opened = shared
      const photos = await insertMany(opened.catalog, 3)
      const { nextCursor } = await opened.catalog.list({ limit: 1 })
      for (const photo of photos) await opened.catalog.delete(photo.id)
      await insertMany(opened.catalog, 3)
      expect(await opened.catalog.list({ limit: 5, cursor: nextCursor })).toStrictEqual({ photos: [] })
    })

    test('filters by a tag exactly, page by page', async () => {
      const opened = shared
      const tagLists = [
        ['sea'],
        ['Sea'],
        ['seaside'],
        ['sky', 'sea'],
        [],
        ['sea '],
        ['s%a'],
        ['se_'],
        ['s\u00e9'],
        ['se\u0301'],
        ['sea', 'x'],
      ]
      const photos: PhotoRecord[] = []
      for (const tags of tagLists)
        photos.push(...(await insertMany(opened.catalog, 1, { tags, title: 'sea' })))
      const expected = photos.filter(({ tags }) => tags.includes('sea')).toReversed()
      expect((await readPages(opened.catalog, { limit: 2, tag: 'sea' })).flat()).toStrictEqual(expected)
      for (const tag of ['s%a', 'se_', 'Sea', 'sea ', 's\u00e9', 'se\u0301'])
        expect((await opened.catalog.list({ limit: 9, tag })).photos.map(({ tags }) => tags)).toStrictEqual([
          [tag],
        ])
      expect((await opened.catalog.list({ limit: 9, tag: 'se' })).photos).toStrictEqual([])
    })

    test('finds a photo by its changed tags only', async () => {
      const opened = shared
      const [photo] = await insertMany(opened.catalog, 1, { tags: ['old', 'kept'] })
      if (photo === undefined) throw new Error('nothing was inserted')
      await opened.catalog.update(photo.id, { tags: ['kept', 'new'] })
      const counts = ['old', 'kept', 'new'].map(
        async (tag) => (await opened.catalog.list({ limit: 5, tag })).photos,
      )
      expect((await Promise.all(counts)).map(({ length }) => length)).toStrictEqual([0, 1, 1])
    })

    test('B294 refuses cursors that it did not make', async () => {
      const opened = shared
      const photos = await insertMany(opened.catalog, 3)
      const { nextCursor = '' } = await opened.catalog.list({ limit: 1 })
      const truncated = Array.from({ length: nextCursor.length }, (_, length) => nextCursor.slice(0, length))
      const forged = [
        ...truncated,
        `${nextCursor}=`,
        `${nextCursor}A`,
        ` ${nextCursor}`,
        `${nextCursor}\n`,
        `${nextCursor.slice(0, -1)}!`,
        `${nextCursor}${nextCursor}`,
        photos[0]?.id ?? '',
        ...['0', '1', '-1', '1e9', 'NaN', 'null', "' OR 1=1 --", '../..', '😀'.repeat(3), 'x'.repeat(100)],
        ...['AAAAAAAAAAAA', '____________', '//////////8=', Buffer.from('{"seq":1}').toString('base64url')],
      ]
      for (const cursor of forged)
        for (const query of [{}, { tag: 'a' }, { search: 'abc' }])
          await expect(opened.catalog.list({ limit: 1, cursor, ...query }), cursor).rejects.toMatchObject({
            name: 'TintypeError',
            code: 'INVALID_REQUEST',
          })
    })

    test('B294 returns a stable page for a cursor of another query', async () => {
      const opened = shared
      const photos = await insertMany(opened.catalog, 4, { tags: ['a'], title: 'findable' })
      const { nextCursor } = await opened.catalog.list({ limit: 2 })
      const older = photos.slice(0, 2).toReversed()
      for (const query of [{ tag: 'a' }, { search: 'findable' }, { search: 'f' }])
        expect((await opened.catalog.list({ limit: 9, cursor: nextCursor, ...query })).photos).toStrictEqual(
          older,
        )
    })
  })
}

async function insertMany(catalog: PhotoCatalog, count: number, facts: Partial<PhotoRecord> = {}) {
  const photos = Array.from({ length: count }, () => samplePhoto(facts))
  for (const photo of photos) await catalog.insert(photo)
  return photos
}

/** All pages, to the end. */
async function readPages(catalog: PhotoCatalog, query: ListQuery): Promise<(readonly PhotoRecord[])[]> {
  const pages: (readonly PhotoRecord[])[] = []
  let cursor: string | undefined
  do {
    const page = await catalog.list({ ...query, cursor })
    pages.push(page.photos)
    cursor = page.nextCursor
  } while (cursor !== undefined)
  return pages
}
