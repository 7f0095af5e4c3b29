import { afterAll, afterEach, beforeAll } from 'vitest'
import type { PhotoCatalog } from '../photo-catalog.ts'
import type { PhotoCatalogFixture } from './describe-photo-catalog.ts'

/**
 * One catalog for all tests of a `describe`, emptied after each of them. To open one takes longer than most tests, because
 * a driver may start a thread for it.
 */
export function shareCatalog(fixture: PhotoCatalogFixture): { readonly catalog: PhotoCatalog } {
  let opened: Awaited<ReturnType<PhotoCatalogFixture['open']>> | undefined
  const open = () => {
    if (opened === undefined) throw new Error('The shared catalog is used in tests only')
    return opened
  }
  beforeAll(async () => {
    opened = await fixture.open()
  })
  afterEach(async () => {
    const { catalog } = open()
    for (;;) {
      const { photos } = await catalog.list({ limit: 100 })
      if (photos.length === 0) return
      await Promise.all(photos.map(({ id }) => catalog.delete(id)))
    }
  })
  afterAll(() => opened?.[Symbol.asyncDispose]())
  return {
    get catalog() {
      return open().catalog
    },
  }
}
