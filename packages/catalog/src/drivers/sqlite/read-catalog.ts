import type { DatabaseSync } from 'node:sqlite'
import type { CatalogReader } from '../../photo-catalog.ts'
import { backUpDatabase, findDamage } from './maintenance.ts'
import type { PreparedReads } from './read-photos.ts'
import type { PreparedRenditions } from './renditions.ts'
import { toCatalogError } from './sqlite-error.ts'

/** Runs work on the database and translates what it throws. */
type Reading = <Result>(work: () => Result | Promise<Result>) => Promise<Result>

/** @param assertOpen throws where nothing may be read any more */
export function createReading(assertOpen: () => void = () => undefined): Reading {
  return async (work) => {
    assertOpen()
    try {
      return await work()
    } catch (error) {
      throw toCatalogError(error)
    }
  }
}

/** What a reader's methods work with. */
interface ReadingParts {
  readonly database: DatabaseSync
  readonly reads: PreparedReads
  readonly renditions: PreparedRenditions
}

/** The reading methods of the catalog, and its name. */
export function readCatalog(
  { database, reads, renditions }: ReadingParts,
  read: Reading,
): Required<Omit<CatalogReader, typeof Symbol.asyncDispose>> {
  return {
    kind: 'sqlite',
    get: (id) => read(() => reads.byId(id)?.photo),
    getByIdempotencyKey: (key) => read(() => reads.byKey(key)?.photo),
    list: (query) => read(() => reads.list(query)),
    getRendition: (photoId, name, format) => read(() => renditions.get(photoId, name, format)),
    listRenditions: (photoId) => read(() => renditions.list(photoId)),
    count: () => read(reads.count),
    findDamage: () => read(() => findDamage(database)),
    backUpTo: (file) => read(() => backUpDatabase(database, file)),
  }
}
