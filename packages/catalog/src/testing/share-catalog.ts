import { afterAll, afterEach, beforeAll } from 'vitest'
import type { PhotoCatalog } from '../photo-catalog.ts'

/** Opens new, empty catalogs. */
interface Fixture<Catalog> {
  open(): Promise<{ readonly catalog: Catalog } & AsyncDisposable>
}

/**
 * One catalog for all tests of a `describe`. Its photos are deleted after each of them. To open one takes longer than most
 * tests, because a driver may start a thread for it.
 *
 * @param empty removes after each test what else it left
 */
export function shareCatalog<Catalog extends PhotoCatalog>(
  fixture: Fixture<Catalog>,
  empty?: (catalog: Catalog) => Promise<void>,
): { readonly catalog: Catalog } {
  let opened: Awaited<ReturnType<Fixture<Catalog>['open']>> | undefined
  const open = () => {
    if (opened === undefined) throw new Error('The shared catalog is used in tests only')
    return opened
  }
  beforeAll(async () => {
    opened = await fixture.open()
  })
  afterEach(async () => {
    const { catalog } = open()
    await empty?.(catalog)
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
