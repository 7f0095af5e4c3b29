import type { DatabaseSync } from 'node:sqlite'
import type { CatalogReader } from '../../photo-catalog.ts'
import { runAtOnce } from '../../turns/turns.ts'
import { backUpDatabase, findDamage } from './maintenance.ts'
import type { PreparedReads } from './read-photos.ts'
import type { PreparedRenditions } from './renditions.ts'
import { toCatalogError } from './sqlite-error.ts'

/** Runs work on the database and converts its errors. */
export type Reading = <Result>(work: () => Result | Promise<Result>) => Promise<Result>

/** @param assertOpen throws once the catalog is closed */
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

/** What a reader needs. */
interface ReadingParts {
  readonly database: DatabaseSync
  readonly reads: PreparedReads
  readonly renditions: PreparedRenditions
  readonly shortSearchReach: number
}

/** The reading methods of the catalog. */
export function readCatalog(
  { database, reads, renditions, shortSearchReach }: ReadingParts,
  read: Reading,
): Required<Omit<CatalogReader, typeof Symbol.asyncDispose>> {
  return {
    shortSearchReach,
    get: (id) => read(() => reads.byId(id)?.photo),
    whichExist: (references) =>
      read(() =>
        references.map((reference) =>
          reference.kind === 'original'
            ? reads.hasOriginal(reference.id, reference.format)
            : renditions.get(reference.id, reference.name, reference.format) !== undefined,
        ),
      ),
    list: (query) => read(() => runAtOnce(reads.list(query))),
    getRendition: (photoId, name, format) => read(() => renditions.get(photoId, name, format)),
    listRenditions: (photoId) => read(() => renditions.list(photoId)),
    count: () => read(reads.count),
    findDamage: () => read(() => findDamage(database)),
    backUpTo: (file) => read(() => backUpDatabase(database, file)),
  }
}
