import { describe } from 'vitest'
import type { PhotoCatalog } from '../photo-catalog.ts'
import { describeListing } from './describe-listing.ts'
import { describeRecords } from './describe-records.ts'
import { describeRenditions } from './describe-renditions.ts'
import { describeSearch } from './describe-search.ts'
import { describeWrites } from './describe-writes.ts'

/** How the suite gets a catalog. */
export interface PhotoCatalogFixture {
  /** An empty catalog of its own for each call; disposing of it disposes of the catalog and all it left. */
  open(): Promise<{ readonly catalog: PhotoCatalog } & AsyncDisposable>
}

/**
 * The contract of `PhotoCatalog`: every driver must pass it whole.
 *
 * @param name the driver, as tests are to be listed
 */
export function describePhotoCatalog(name: string, fixture: PhotoCatalogFixture): void {
  describe(`PhotoCatalog: ${name}`, () => {
    describeRecords(fixture)
    describeWrites(fixture)
    describeListing(fixture)
    describeSearch(fixture)
    describeRenditions(fixture)
  })
}
