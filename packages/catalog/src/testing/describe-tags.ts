import { describe, expect, test } from 'vitest'
import type { PhotoCatalog, PhotoRecord } from '../photo-catalog.ts'
import type { TagQuery } from '../tag-change.ts'
import type { PhotoCatalogFixture } from './describe-photo-catalog.ts'
import { samplePhoto, samplePhotoId } from './sample-photo.ts'
import { shareCatalog } from './share-catalog.ts'

const all: TagQuery = { limit: 50, prefix: '', isPublic: false }
const none = { add: [], remove: [], maxTags: 32 }

/** The part of the contract about the tags of many photos. */
export function describeTags(fixture: PhotoCatalogFixture): void {
  describe('changeTags', () => {
    const shared = shareCatalog(fixture)

    test('adds and removes, keeps the order, and returns the photos in the order of the ids', async () => {
      const { catalog } = shared
      const [one, other] = await insertMany(catalog, [
        { tags: ['a', 'b'], title: 'one' },
        { tags: ['c'], owner: 'bob' },
      ])
      const change = { ...none, add: ['b', 'new', 'x"y'], remove: ['a', 'absent'] }
      const outcome = await catalog.changeTags([other.id, one.id], change)
      const changed = { ...one, tags: ['b', 'new', 'x"y'] }
      const changedOther = { ...other, tags: ['c', 'b', 'new', 'x"y'] }
      expect(outcome).toStrictEqual({ status: 'tagged', photos: [changedOther, changed] })
      expect(await catalog.get(one.id)).toStrictEqual(changed)
      for (const query of [{ tag: 'new' }, { search: 'new' }, { tag: 'b' }])
        expect((await catalog.list({ limit: 5, ...query })).photos).toStrictEqual([changedOther, changed])
      expect((await catalog.list({ limit: 5, tag: 'new', owner: 'bob' })).photos).toStrictEqual([
        changedOther,
      ])
      expect((await catalog.list({ limit: 5, tag: 'a' })).photos).toStrictEqual([])
    })

    test('changes nothing if a photo is missing, or would have too many tags', async () => {
      const { catalog } = shared
      const [one, other] = await insertMany(catalog, [{ tags: ['a'] }, { tags: ['b', 'c'] }])
      const [absent, alsoAbsent] = [samplePhotoId(), samplePhotoId()]
      const missing = await catalog.changeTags([absent, one.id, alsoAbsent], { ...none, add: ['x'] })
      expect(missing).toStrictEqual({ status: 'missing', ids: [absent, alsoAbsent] })
      const full = await catalog.changeTags([one.id, other.id], { add: ['x'], remove: ['a'], maxTags: 2 })
      expect(full).toStrictEqual({ status: 'too-many-tags', ids: [other.id] })
      expect((await catalog.list({ limit: 5 })).photos).toStrictEqual([other, one])
      expect(await catalog.listTags(all)).toStrictEqual(['a', 'b', 'c'])
    })

    test('loses none of forty changes at once of the same photos', async () => {
      const { catalog } = shared
      const photos = await insertMany(catalog, Array(5).fill({ tags: ['old'] }))
      const ids = photos.map(({ id }) => id)
      const tags = Array.from({ length: 40 }, (_, at) => `tag ${at}`)
      const changes = tags.map((tag, at) =>
        catalog.changeTags(at % 2 === 0 ? ids : ids.toReversed(), {
          add: [tag],
          remove: ['old'],
          maxTags: 50,
        }),
      )
      for (const { status } of await Promise.all(changes)) expect(status).toBe('tagged')
      for (const photo of (await catalog.list({ limit: 5 })).photos)
        expect([...photo.tags].sort()).toStrictEqual([...tags].sort())
      expect(await catalog.listTags(all)).toStrictEqual([...tags].sort())
    })
  })

  describe('listTags', () => {
    const shared = shareCatalog(fixture)

    test('lists each tag once, by its bytes, up to the limit', async () => {
      const { catalog } = shared
      expect(await catalog.listTags(all)).toStrictEqual([])
      const tags = ['b', 'a', 'B', 'é', '\u{1f600}', '\uff5e', 'ab', 'a b', '%', 'a_']
      await insertMany(catalog, [{ tags }, { tags: tags.toReversed() }, {}])
      const sorted = tags.toSorted((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)))
      expect(await catalog.listTags(all)).toStrictEqual(sorted)
      expect(await catalog.listTags({ ...all, limit: 3 })).toStrictEqual(sorted.slice(0, 3))
      expect(await catalog.listTags({ ...all, prefix: 'a' })).toStrictEqual(['a', 'a b', 'a_', 'ab'])
      expect(await catalog.listTags({ ...all, prefix: 'a', limit: 2 })).toStrictEqual(['a', 'a b'])
      for (const prefix of ['\u{1f600}', '%', 'é'])
        expect(await catalog.listTags({ ...all, prefix })).toStrictEqual([prefix])
      expect(await catalog.listTags({ ...all, prefix: 'abc' })).toStrictEqual([])
    })

    test('B226 lists the tags of one owner, and those of public photos', async () => {
      const { catalog } = shared
      const [photo] = await insertMany(catalog, [
        { tags: ['alice', 'both'], owner: 'alice' },
        { tags: ['both', 'bob'], owner: 'bob' },
        { tags: ['nobody'] },
        { tags: ['secret', 'both', 'bob'], owner: 'alice', visibility: 'private' },
      ])
      expect(await catalog.listTags({ ...all, owner: 'alice' })).toStrictEqual([
        'alice',
        'bob',
        'both',
        'secret',
      ])
      expect(await catalog.listTags({ ...all, owner: 'alice', prefix: 'b' })).toStrictEqual(['bob', 'both'])
      expect(await catalog.listTags({ ...all, isPublic: true })).toStrictEqual([
        'alice',
        'bob',
        'both',
        'nobody',
      ])
      expect(await catalog.listTags({ ...all, owner: 'alice', isPublic: true })).toStrictEqual([
        'alice',
        'both',
      ])
      await catalog.move(photo.id, 'carol')
      await catalog.update(photo.id, { tags: ['moved', 'both'] })
      expect(await catalog.listTags({ ...all, owner: 'alice' })).toStrictEqual(['bob', 'both', 'secret'])
      expect(await catalog.listTags({ ...all, owner: 'carol' })).toStrictEqual(['both', 'moved'])
    })
  })
}

async function insertMany<const Facts extends readonly Partial<PhotoRecord>[]>(
  catalog: PhotoCatalog,
  facts: Facts,
) {
  const photos = facts.map((one) => samplePhoto(one))
  for (const photo of photos) await catalog.insert(photo)
  return photos as { [At in keyof Facts]: PhotoRecord }
}
