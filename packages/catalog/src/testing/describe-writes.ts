import { describe, expect, test } from 'vitest'
import type { PhotoCatalogFixture } from './describe-photo-catalog.ts'
import { samplePhoto, sampleRendition } from './sample-photo.ts'

/** The part of the contract about inserting, changing and deleting. */
export function describeWrites(fixture: PhotoCatalogFixture): void {
  describe('insert', () => {
    test('B199 refuses an id that is taken, and changes nothing', async () => {
      await using opened = await fixture.open()
      const photo = samplePhoto({ title: 'first', tags: ['first'] })
      await opened.catalog.insert(photo)
      const other = samplePhoto({ id: photo.id, title: 'second', tags: ['second'] })
      const outcome = await opened.catalog.insert(other, { idempotency: { owner: '', key: 'unused' } })
      expect(outcome).toStrictEqual({ status: 'id-taken' })
      expect(await opened.catalog.get(photo.id)).toStrictEqual(photo)
      expect(await opened.catalog.getByIdempotencyKey({ owner: '', key: 'unused' })).toBeUndefined()
      expect((await opened.catalog.list({ limit: 1, tag: 'second' })).photos).toStrictEqual([])
    })

    test('B199 returns the first photo if the idempotency key is taken', async () => {
      await using opened = await fixture.open()
      const photo = samplePhoto({ title: 'first', tags: ['a'] })
      const options = { idempotency: { owner: '', key: 'key' } }
      expect(await opened.catalog.insert(photo, options)).toStrictEqual({ status: 'inserted' })
      const keyTaken = { status: 'key-taken', photo }
      expect(await opened.catalog.insert(samplePhoto(), options)).toStrictEqual(keyTaken)
      expect(await opened.catalog.insert(photo, options)).toStrictEqual(keyTaken)
      expect(await opened.catalog.getByIdempotencyKey({ owner: '', key: 'key' })).toStrictEqual(photo)
      expect(await opened.catalog.count()).toBe(1)
    })

    test('B199 keeps the same key of two owners apart', async () => {
      await using opened = await fixture.open()
      const { catalog } = opened
      const photos = [samplePhoto(), samplePhoto(), samplePhoto()] as const
      const keys = [
        { owner: '', key: 'key' },
        { owner: 'one', key: 'key' },
        { owner: 'onek', key: 'ey' },
      ] as const
      for (const at of [0, 1, 2] as const)
        expect(await catalog.insert(photos[at], { idempotency: keys[at] })).toStrictEqual({
          status: 'inserted',
        })
      for (const at of [0, 1, 2] as const)
        expect(await catalog.getByIdempotencyKey(keys[at])).toStrictEqual(photos[at])
      expect(await catalog.getByIdempotencyKey({ owner: 'two', key: 'key' })).toBeUndefined()
      const again = await catalog.insert(samplePhoto(), { idempotency: keys[1] })
      expect(again).toStrictEqual({ status: 'key-taken', photo: photos[1] })
      await catalog.delete(photos[1].id)
      expect(await catalog.getByIdempotencyKey(keys[1])).toBeUndefined()
      expect(await catalog.getByIdempotencyKey(keys[0])).toStrictEqual(photos[0])
    })

    test('B199 inserts one of fifty at once with the same id', async () => {
      await using opened = await fixture.open()
      const { id } = samplePhoto()
      const rivals = Array.from({ length: 50 }, (_, index) => samplePhoto({ id, title: `rival ${index}` }))
      const outcomes = await Promise.all(rivals.map((photo) => opened.catalog.insert(photo)))
      expect(outcomes.filter(({ status }) => status === 'inserted')).toHaveLength(1)
      expect(outcomes.filter(({ status }) => status === 'id-taken')).toHaveLength(49)
      const winner = rivals[outcomes.findIndex(({ status }) => status === 'inserted')]
      expect(await opened.catalog.get(id)).toStrictEqual(winner)
    })

    test('B199 inserts one of fifty at once with the same idempotency key', async () => {
      await using opened = await fixture.open()
      const rivals = Array.from({ length: 50 }, () => samplePhoto())
      const options = { idempotency: { owner: '', key: 'key' } }
      const outcomes = await Promise.all(rivals.map((photo) => opened.catalog.insert(photo, options)))
      const winner = rivals[outcomes.findIndex(({ status }) => status === 'inserted')]
      expect(winner).toBeDefined()
      const losers = outcomes.filter(({ status }) => status !== 'inserted')
      expect(losers).toStrictEqual(Array(49).fill({ status: 'key-taken', photo: winner }))
      expect(await opened.catalog.count()).toBe(1)
    })

    test('deletes idempotency keys of a certain age, and no photo', async () => {
      await using opened = await fixture.open()
      const old = samplePhoto({ createdAt: '2025-01-01T00:00:00.000Z' })
      const edge = samplePhoto({ createdAt: '2025-01-02T00:00:00.000Z' })
      await opened.catalog.insert(old, { idempotency: { owner: '', key: 'old' } })
      await opened.catalog.insert(edge, { idempotency: { owner: '', key: 'edge' } })
      await opened.catalog.forgetIdempotencyKeys('2025-01-02T00:00:00.000Z')
      expect(await opened.catalog.getByIdempotencyKey({ owner: '', key: 'old' })).toBeUndefined()
      expect(await opened.catalog.getByIdempotencyKey({ owner: '', key: 'edge' })).toStrictEqual(edge)
      expect(await opened.catalog.get(old.id)).toStrictEqual(old)
      expect(
        await opened.catalog.insert(samplePhoto(), { idempotency: { owner: '', key: 'old' } }),
      ).toStrictEqual({
        status: 'inserted',
      })
    })
  })

  describe('update', () => {
    test('changes the given members, clears with null, and keeps the others', async () => {
      await using opened = await fixture.open()
      const photo = samplePhoto({ title: 'title', alt: 'alt', tags: ['a', 'b'] })
      await opened.catalog.insert(photo)
      const { id } = photo
      expect(await opened.catalog.update(id, {})).toStrictEqual(photo)
      const untouched = { title: undefined, alt: undefined, tags: undefined }
      expect(await opened.catalog.update(id, untouched)).toStrictEqual(photo)
      expect(await opened.catalog.update(id, { title: 'new' })).toStrictEqual({ ...photo, title: 'new' })
      const owned = { visibility: 'private', metadata: { order: 7 } } as const
      const kept = { ...photo, title: 'new', ...owned }
      expect(await opened.catalog.update(id, owned)).toStrictEqual(kept)
      expect(await opened.catalog.update(id, { title: 'new' })).toStrictEqual(kept)
      const cleared = { title: null, alt: null, tags: [], visibility: 'public', metadata: null } as const
      expect(await opened.catalog.update(id, cleared)).toStrictEqual({ ...photo, ...cleared })
      expect(await opened.catalog.get(id)).toStrictEqual({ ...photo, ...cleared })
    })

    test('keeps the position in the list, the key and the renditions', async () => {
      await using opened = await fixture.open()
      const photos = [samplePhoto(), samplePhoto(), samplePhoto()] as const
      for (const photo of photos)
        await opened.catalog.insert(photo, { idempotency: { owner: '', key: photo.id } })
      const { id } = photos[1]
      await opened.catalog.putRendition(sampleRendition(id))
      const changed = await opened.catalog.update(id, { title: 'changed', tags: ['t'] })
      const { photos: listed } = await opened.catalog.list({ limit: 10 })
      expect(listed).toStrictEqual([photos[2], changed, photos[0]])
      expect(await opened.catalog.getByIdempotencyKey({ owner: '', key: id })).toStrictEqual(changed)
      expect(await opened.catalog.listRenditions(id)).toHaveLength(1)
    })

    test('loses none of fifty updates at once of different members', async () => {
      await using opened = await fixture.open()
      const photos = Array.from({ length: 17 }, () => samplePhoto())
      for (const photo of photos) await opened.catalog.insert(photo)
      const patches = [{ title: 'title' }, { alt: 'alt' }, { tags: ['tag'] }]
      const answers = photos.flatMap(({ id }) =>
        patches.map(async (patch) => expect(await opened.catalog.update(id, patch)).toMatchObject(patch)),
      )
      await Promise.all(answers)
      const changed = photos.map((photo) => ({ ...photo, title: 'title', alt: 'alt', tags: ['tag'] }))
      expect((await opened.catalog.list({ limit: 100 })).photos).toStrictEqual(changed.toReversed())
      expect((await opened.catalog.list({ limit: 100, tag: 'tag' })).photos).toHaveLength(17)
    })
  })

  describe('setPlaceholder', () => {
    test('changes no other member and no other photo', async () => {
      await using opened = await fixture.open()
      const photo = samplePhoto({ placeholder: '', title: 'title', tags: ['a'] })
      const other = samplePhoto({ placeholder: '' })
      await opened.catalog.insert(photo, { idempotency: { owner: '', key: 'key' } })
      await opened.catalog.insert(other)
      await opened.catalog.setPlaceholder(photo.id, 'AAAA')
      const pictured = { ...photo, placeholder: 'AAAA' }
      expect(await opened.catalog.get(photo.id)).toStrictEqual(pictured)
      expect(await opened.catalog.getByIdempotencyKey({ owner: '', key: 'key' })).toStrictEqual(pictured)
      expect((await opened.catalog.list({ limit: 2 })).photos).toStrictEqual([other, pictured])
    })

    test('does not create a photo', async () => {
      await using opened = await fixture.open()
      await opened.catalog.setPlaceholder(samplePhoto().id, 'AAAA')
      expect(await opened.catalog.count()).toBe(0)
    })
  })

  describe('delete', () => {
    test('returns what it removed, and leaves no trace', async () => {
      await using opened = await fixture.open()
      const photo = samplePhoto({ title: 'findable', tags: ['a', 'b'] })
      const kept = samplePhoto({ title: 'findable', tags: ['a'] })
      await opened.catalog.insert(photo, { idempotency: { owner: '', key: 'key' } })
      await opened.catalog.insert(kept, { idempotency: { owner: '', key: 'other' } })
      const renditions = [
        sampleRendition(photo.id, { name: 'thumb' }),
        sampleRendition(photo.id, { name: 'w640' }),
      ]
      for (const rendition of renditions) await opened.catalog.putRendition(rendition)

      expect(await opened.catalog.delete(photo.id)).toStrictEqual({ photo, renditions })
      expect(await opened.catalog.delete(photo.id)).toBeUndefined()
      expect(await opened.catalog.get(photo.id)).toBeUndefined()
      expect(await opened.catalog.getByIdempotencyKey({ owner: '', key: 'key' })).toBeUndefined()
      expect(await opened.catalog.getByIdempotencyKey({ owner: '', key: 'other' })).toStrictEqual(kept)
      expect(await opened.catalog.listRenditions(photo.id)).toStrictEqual([])
      expect(await opened.catalog.getRendition(photo.id, 'thumb', 'webp')).toBeUndefined()
      for (const query of [{}, { tag: 'a' }, { search: 'findable' }, { search: 'fi' }])
        expect((await opened.catalog.list({ limit: 5, ...query })).photos).toStrictEqual([kept])
    })

    test('removes a photo once for many concurrent calls', async () => {
      await using opened = await fixture.open()
      const photo = samplePhoto()
      await opened.catalog.insert(photo)
      const answers = await Promise.all(Array.from({ length: 20 }, () => opened.catalog.delete(photo.id)))
      expect(answers.filter((answer) => answer !== undefined)).toStrictEqual([{ photo, renditions: [] }])
    })

    test('B156 notes that the files are to be removed, until that is ended', async () => {
      await using opened = await fixture.open()
      const { catalog } = opened
      const photos = [samplePhoto({ format: 'png' }), samplePhoto({ format: 'jpeg' }), samplePhoto()]
      for (const photo of photos) await catalog.insert(photo)
      expect(await catalog.listBlobDeletions({ minAgeMs: 0, limit: 10 })).toStrictEqual([])
      const [first, second] = photos
      if (!first || !second) throw new Error('there are three')
      for (const { id } of [first, second]) await catalog.delete(id)
      const noted = [first, second].map(({ id, format }) => ({ photoId: id, format }))
      expect(new Set(await catalog.listBlobDeletions({ minAgeMs: 0, limit: 10 }))).toEqual(new Set(noted))
      expect(await catalog.listBlobDeletions({ minAgeMs: 0, limit: 1 })).toHaveLength(1)
      expect(await catalog.listBlobDeletions({ minAgeMs: 3_600_000, limit: 10 })).toStrictEqual([])
      for (const _twice of [1, 2]) await catalog.endBlobDeletion(first.id)
      expect(await catalog.listBlobDeletions({ minAgeMs: 0, limit: 10 })).toStrictEqual(noted.slice(1))
    })

    test('frees the id and the key', async () => {
      await using opened = await fixture.open()
      const photo = samplePhoto()
      await opened.catalog.insert(photo, { idempotency: { owner: '', key: 'key' } })
      await opened.catalog.delete(photo.id)
      const outcome = await opened.catalog.insert(photo, { idempotency: { owner: '', key: 'key' } })
      expect(outcome).toStrictEqual({ status: 'inserted' })
      expect(await opened.catalog.listRenditions(photo.id)).toStrictEqual([])
    })
  })
}
