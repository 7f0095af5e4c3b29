import { describe } from 'vitest'
import type { PhotoCatalog } from '../photo-catalog.ts'
import { describeListing } from './describe-listing.ts'
import { describePages } from './describe-pages.ts'
import { describeRecords } from './describe-records.ts'
import { describeRenditions } from './describe-renditions.ts'
import { describeSearch } from './describe-search.ts'
import { describeTags } from './describe-tags.ts'
import { describeWrites } from './describe-writes.ts'
import { describeEvents } from './events/describe-events.ts'
import { describeLibrary } from './moving/describe-library.ts'

/** Opens catalogs for the suite. */
export interface PhotoCatalogFixture {
  /** Opens a new, empty catalog. Disposing it disposes the catalog and removes its files. */
  open(): Promise<{ readonly catalog: PhotoCatalog } & AsyncDisposable>
}

/**
 * The contract of `PhotoCatalog`: every driver must pass all of it.
 *
 * @param name the driver's name in the list of tests
 */
export function describePhotoCatalog(name: string, fixture: PhotoCatalogFixture): void {
  describe(`PhotoCatalog: ${name}`, () => {
    describeRecords(fixture)
    describeWrites(fixture)
    describeListing(fixture)
    describePages(fixture)
    describeSearch(fixture)
    describeRenditions(fixture)
    describeTags(fixture)
    describeEvents(fixture)
    describeLibrary(fixture)
  })
}
