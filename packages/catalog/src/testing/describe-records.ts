import type { PhotoId } from '@tintype/contract'
import { describe, expect, test } from 'vitest'
import type { DigestQuery } from '../digest-lookup.ts'
import type { PhotoCatalogFixture } from './describe-photo-catalog.ts'
import { exactTexts, naughtyTexts } from './naughty-texts.ts'
import { samplePhoto, samplePhotoId, sampleRendition } from './sample-photo.ts'
import { shareCatalog } from './share-catalog.ts'

/** The part of the contract about what a catalog holds, and about being closed. */
export function describeRecords(fixture: PhotoCatalogFixture): void {
  describe('records', () => {
    const shared = shareCatalog(fixture)

    test('returns every member unchanged', async () => {
      const opened = shared
      const full = samplePhoto({
        format: 'avif',
        byteSize: 2 ** 40 + 1,
        title: 'A title',
        alt: 'What is to be seen',
        tags: ['sea', 'sky'],
        takenAt: '2024-02-29T23:59:59',
        owner: 'alice',
        visibility: 'private',
        metadata: { order: 7, nested: { list: [1, null, 'é'] } },
        uploadedBy: 'key:1',
      })
      const bare = samplePhoto({ filename: '' })
      expect(await opened.catalog.insert(full)).toStrictEqual({ status: 'inserted' })
      expect(await opened.catalog.insert(bare)).toStrictEqual({ status: 'inserted' })
      expect(await opened.catalog.get(full.id)).toStrictEqual(full)
      expect(await opened.catalog.get(bare.id)).toStrictEqual(bare)
      expect((await opened.catalog.list({ limit: 2 })).photos).toStrictEqual([bare, full])
    })

    test('reports for each reference whether it exists, in their order', async () => {
      const opened = shared
      const photo = samplePhoto({ format: 'jpeg' })
      await opened.catalog.insert(photo)
      await opened.catalog.putRendition(sampleRendition(photo.id, { name: 'w640', format: 'avif' }))
      const { id } = photo
      const other = samplePhotoId()
      expect(await opened.catalog.whichExist([])).toStrictEqual([])
      expect(
        await opened.catalog.whichExist([
          { kind: 'original', id: other, format: 'jpeg' },
          { kind: 'original', id, format: 'jpeg' },
          { kind: 'original', id, format: 'png' },
          { kind: 'rendition', id, name: 'w640', format: 'avif' },
          { kind: 'rendition', id, name: 'w640', format: 'webp' },
          { kind: 'rendition', id: other, name: 'w640', format: 'avif' },
          { kind: 'original', id, format: 'jpeg' },
        ]),
      ).toStrictEqual([false, true, false, true, false, false, true])
      const many = Array.from({ length: 1000 }, () => ({ kind: 'original', id, format: 'jpeg' }) as const)
      expect(await opened.catalog.whichExist(many)).toStrictEqual(Array(1000).fill(true))
    })

    test('returns undefined for a photo that does not exist', async () => {
      const opened = shared
      const id = samplePhotoId()
      expect(await opened.catalog.get(id)).toBeUndefined()
      expect(await opened.catalog.update(id, { title: 'x' })).toBeUndefined()
      expect(await opened.catalog.delete(id)).toBeUndefined()
      expect(await opened.catalog.getByIdempotencyKey({ owner: '', key: 'never used' })).toBeUndefined()
    })

    test('finds one photo for each digest, in their order', async () => {
      const { catalog } = shared
      const [one, other] = [samplePhoto(), samplePhoto({ owner: 'alice' })]
      const mine = samplePhoto({ sha256: one.sha256, owner: 'bob', visibility: 'private' })
      for (const photo of [one, other, mine]) await catalog.insert(photo)
      // its first half is that of a photo
      const absent = `${one.sha256.slice(0, 32)}${other.sha256.slice(32)}`
      const digests = [absent, other.sha256, one.sha256, one.sha256]
      const find = (query: Partial<DigestQuery>) =>
        catalog.findByDigest({ digests, isPublic: false, ...query })
      expect((await find({})).map(({ sha256 }) => sha256)).toStrictEqual([other.sha256, one.sha256])
      expect(await find({ isPublic: true })).toStrictEqual([other, one])
      expect(await find({ owner: 'bob' })).toStrictEqual([mine])
      expect(await find({ owner: 'bob', isPublic: true })).toStrictEqual([])
      expect(await find({ owner: 'alice', isPublic: true })).toStrictEqual([other])
      expect(await find({ digests: [] })).toStrictEqual([])
      await catalog.move(other.id, 'bob')
      await catalog.delete(one.id)
      expect(await find({ owner: 'bob' })).toStrictEqual([{ ...other, owner: 'bob' }, mine])
      expect(await find({ isPublic: true })).toStrictEqual([{ ...other, owner: 'bob' }])
    })

    test('counts', async () => {
      await using opened = await fixture.open()
      expect(await opened.catalog.count()).toBe(0)
      const photo = samplePhoto()
      await opened.catalog.insert(photo)
      await opened.catalog.insert(samplePhoto())
      expect(await opened.catalog.count()).toBe(2)
      await opened.catalog.delete(photo.id)
      expect(await opened.catalog.count()).toBe(1)
    })

    test('keeps tags in their order', async () => {
      const opened = shared
      const photo = samplePhoto({ tags: ['z', 'a', 'Z', 'é', 'e\u0301', 'a b', '10', '9'] })
      await opened.catalog.insert(photo)
      expect((await opened.catalog.get(photo.id))?.tags).toStrictEqual(photo.tags)
      const tags = ['9', 'new', 'z']
      expect((await opened.catalog.update(photo.id, { tags }))?.tags).toStrictEqual(tags)
      expect((await opened.catalog.get(photo.id))?.tags).toStrictEqual(tags)
    })

    test.each([...naughtyTexts, ...exactTexts])(
      'B200 B055 keeps %j exactly, in every member',
      async (text) => {
        const opened = shared
        const photo = samplePhoto({ title: text, alt: text, filename: text, tags: [text, `${text}!`] })
        await opened.catalog.insert(photo, { idempotency: { owner: '', key: text } })
        expect(await opened.catalog.get(photo.id)).toStrictEqual(photo)
        expect(await opened.catalog.getByIdempotencyKey({ owner: '', key: text })).toStrictEqual(photo)
        const other = samplePhoto()
        await opened.catalog.insert(other)
        const patch = { title: text, alt: text, tags: [text] }
        expect(await opened.catalog.update(other.id, patch)).toStrictEqual({ ...other, ...patch })
        expect(await opened.catalog.get(other.id)).toStrictEqual({ ...other, ...patch })
        expect(await opened.catalog.get(text as PhotoId)).toBeUndefined()
        expect(await opened.catalog.count()).toBe(2)
      },
    )

    test('returns records that the caller may change', async () => {
      const opened = shared
      const given = samplePhoto({ title: 'as given', tags: ['one'] })
      const expected = structuredClone(given)
      await opened.catalog.insert(given, { idempotency: { owner: '', key: 'key' } })
      const answers = [
        given,
        await opened.catalog.get(given.id),
        await opened.catalog.getByIdempotencyKey({ owner: '', key: 'key' }),
        (await opened.catalog.list({ limit: 1 })).photos[0],
        await opened.catalog.update(given.id, {}),
      ]
      for (const answer of answers) {
        const tags = answer?.tags as string[]
        tags.push('spoilt')
        Object.assign(answer ?? {}, { title: 'spoilt' })
      }
      expect(await opened.catalog.get(given.id)).toStrictEqual(expected)
      const tags = ['mine']
      await opened.catalog.update(given.id, { tags })
      tags.push('spoilt')
      expect((await opened.catalog.get(given.id))?.tags).toStrictEqual(['mine'])
    })

    test('copies a photo when it is called', async () => {
      const opened = shared
      const tags = ['one']
      const photo = samplePhoto({ tags })
      const inserting = opened.catalog.insert(photo)
      tags.push('spoilt')
      await inserting
      expect((await opened.catalog.get(photo.id))?.tags).toStrictEqual(['one'])
    })

    test('probes', async () => {
      await using opened = await fixture.open()
      await opened.catalog.probe()
      expect(await opened.catalog.count()).toBe(0)
    })

    test('finishes the calls that were made before it closes, and refuses later ones', async () => {
      await using opened = await fixture.open()
      const { catalog } = opened
      const begun = [catalog.insert(samplePhoto()), catalog.insert(samplePhoto())]
      await Promise.all([catalog[Symbol.asyncDispose](), catalog[Symbol.asyncDispose]()])
      expect(await Promise.all(begun)).toStrictEqual([{ status: 'inserted' }, { status: 'inserted' }])
      const id = samplePhotoId()
      const calls = [
        () => catalog.insert(samplePhoto()),
        () => catalog.get(id),
        () => catalog.getByIdempotencyKey({ owner: '', key: 'key' }),
        () => catalog.list({ limit: 1 }),
        () => catalog.update(id, {}),
        () => catalog.delete(id),
        () => catalog.listRenditions(id),
        () => catalog.getRendition(id, 'thumb', 'webp'),
        () => catalog.forgetIdempotencyKeys(new Date().toISOString()),
        () => catalog.count(),
        () => catalog.probe(),
      ]
      for (const call of calls)
        await expect(call()).rejects.toMatchObject({ name: 'TintypeError', code: 'CATALOG_UNAVAILABLE' })
    })
  })
}
