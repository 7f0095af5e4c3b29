import { describe, expect, test } from 'vitest'
import type { PhotoCatalogFixture } from '../describe-photo-catalog.ts'

/** The part of the contract about the library that a catalog belongs to. */
export function describeLibrary(fixture: PhotoCatalogFixture): void {
  describe('the library', () => {
    test('is live, has an id of its own and no store yet', async () => {
      await using one = await fixture.open()
      await using other = await fixture.open()
      const { id } = await one.catalog.readLibrary()
      expect(id).toMatch(/^[0-9a-f]{32}$/)
      expect(await one.catalog.readLibrary()).toStrictEqual({ id, storeId: null, state: 'live', peer: null })
      expect((await other.catalog.readLibrary()).id).not.toBe(id)
    })

    test('is paired with the first store only', async () => {
      await using opened = await fixture.open()
      const library = await opened.catalog.readLibrary()
      expect(await opened.catalog.pairWithStore('one')).toStrictEqual({ ...library, storeId: 'one' })
      expect(await opened.catalog.pairWithStore('other')).toStrictEqual({ ...library, storeId: 'one' })
      expect(await opened.catalog.readLibrary()).toStrictEqual({ ...library, storeId: 'one' })
    })
  })
}
