import { renditionFormats } from '@tintype/contract'
import { describe, expect, test } from 'vitest'
import type { PhotoCatalogFixture } from './describe-photo-catalog.ts'
import { samplePhoto, samplePhotoId, sampleRendition } from './sample-photo.ts'

/** The part of the contract about renditions. */
export function describeRenditions(fixture: PhotoCatalogFixture): void {
  describe('renditions', () => {
    test('are returned unchanged, sorted by name, then format', async () => {
      await using opened = await fixture.open()
      const photo = samplePhoto()
      await opened.catalog.insert(photo)
      await opened.catalog.insert(samplePhoto())
      const names = ['w640', 'thumb', '400x300-cover-q70']
      const renditions = names.flatMap((name) =>
        renditionFormats.map((format) => sampleRendition(photo.id, { name, format })),
      )
      for (const rendition of renditions) expect(await opened.catalog.putRendition(rendition)).toBe(true)
      for (const rendition of renditions) {
        const { name, format } = rendition
        expect(await opened.catalog.getRendition(photo.id, name, format)).toStrictEqual(rendition)
      }
      const listed = await opened.catalog.listRenditions(photo.id)
      expect(listed.map(({ name, format }) => `${name}.${format}`)).toStrictEqual(
        names.toSorted().flatMap((name) => renditionFormats.toSorted().map((format) => `${name}.${format}`)),
      )
      expect(new Set(listed)).toEqual(new Set(renditions))
    })

    test('can be recorded with their photo, and are not if the photo is refused', async () => {
      await using opened = await fixture.open()
      const photo = samplePhoto()
      const rendition = sampleRendition(photo.id)
      expect(await opened.catalog.insert(photo, { rendition })).toEqual({ status: 'inserted' })
      const other = sampleRendition(photo.id, { name: 'w640' })
      expect(await opened.catalog.insert(photo, { rendition: other })).toEqual({ status: 'id-taken' })
      expect(await opened.catalog.listRenditions(photo.id)).toStrictEqual([rendition])
    })

    test('replace an older one of the same name and format', async () => {
      await using opened = await fixture.open()
      const photo = samplePhoto()
      await opened.catalog.insert(photo)
      await opened.catalog.putRendition(sampleRendition(photo.id, { byteSize: 1 }))
      const newer = sampleRendition(photo.id, { byteSize: 2, width: 10, height: 10 })
      expect(await opened.catalog.putRendition(newer)).toBe(true)
      expect(await opened.catalog.listRenditions(photo.id)).toStrictEqual([newer])
    })

    test('are not recorded for a photo that was deleted or never existed', async () => {
      await using opened = await fixture.open()
      const photo = samplePhoto()
      await opened.catalog.insert(photo)
      await opened.catalog.delete(photo.id)
      for (const id of [photo.id, samplePhotoId()]) {
        expect(await opened.catalog.putRendition(sampleRendition(id))).toBe(false)
        expect(await opened.catalog.getRendition(id, 'thumb', 'webp')).toBeUndefined()
        expect(await opened.catalog.listRenditions(id)).toStrictEqual([])
      }
    })

    test('are deleted one by one, and deleting an absent one succeeds', async () => {
      await using opened = await fixture.open()
      const photo = samplePhoto()
      await opened.catalog.insert(photo)
      const [kept, gone] = [sampleRendition(photo.id, { format: 'jpg' }), sampleRendition(photo.id)]
      for (const rendition of [kept, gone]) await opened.catalog.putRendition(rendition)
      for (const id of [photo.id, photo.id, samplePhotoId()])
        await opened.catalog.deleteRendition(id, gone.name, gone.format)
      expect(await opened.catalog.listRenditions(photo.id)).toStrictEqual([kept])
      expect(await opened.catalog.get(photo.id)).toStrictEqual(photo)
    })

    test('are absent under another photo, name or format', async () => {
      await using opened = await fixture.open()
      const [one, other] = [samplePhoto(), samplePhoto()]
      for (const photo of [one, other]) await opened.catalog.insert(photo)
      await opened.catalog.putRendition(sampleRendition(one.id))
      expect(await opened.catalog.getRendition(other.id, 'thumb', 'webp')).toBeUndefined()
      expect(await opened.catalog.getRendition(one.id, 'w640', 'webp')).toBeUndefined()
      expect(await opened.catalog.getRendition(one.id, 'thumb', 'png')).toBeUndefined()
      expect(await opened.catalog.listRenditions(other.id)).toStrictEqual([])
    })

    test('are records that the caller may change', async () => {
      await using opened = await fixture.open()
      const photo = samplePhoto()
      await opened.catalog.insert(photo)
      const given = sampleRendition(photo.id)
      const expected = { ...given }
      await opened.catalog.putRendition(given)
      const got = await opened.catalog.getRendition(photo.id, 'thumb', 'webp')
      const [listed] = await opened.catalog.listRenditions(photo.id)
      for (const rendition of [given, got, listed]) Object.assign(rendition ?? {}, { width: -1 })
      expect(got).toHaveProperty('width', -1)
      expect(await opened.catalog.getRendition(photo.id, 'thumb', 'webp')).toStrictEqual(expected)
    })
  })
}
