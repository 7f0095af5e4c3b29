import { createCatalog } from './0001-catalog.ts'
import { countKeys } from './0002-counted-keys.ts'
import { createLibrary } from './0003-library.ts'
import { sortByTaken } from './0004-taken-key.ts'
import { createLeases } from './0005-leases.ts'
import { noteBlobDeletions } from './0006-blob-deletions.ts'
import { createEvents } from './0007-events.ts'
import { foldSearchTexts, walkSearchKeys } from './0008-folded-search.ts'
import { findByDigest } from './0009-photos-by-digest.ts'

/** Runs one statement whose names are qualified with `tintype`; returns its rows. */
export type MigrationQuery = <Row extends object>(
  sql: string,
  values: readonly unknown[],
) => Promise<readonly Row[]>

/** A step from one schema version to the next. */
export interface PostgresMigration {
  readonly sql: string
  /** What is computed in JavaScript, in the same transaction after `sql`. */
  readonly run?: (query: MigrationQuery) => Promise<void>
  /** The oldest version of the schema whose servers may still use the catalog afterwards. */
  readonly compatibleFrom: number
}

/**
 * The step to each schema version, oldest first: the first one makes version 1. Only append: databases that were made with
 * one of them cannot be changed.
 */
export const postgresMigrations: readonly PostgresMigration[] = [
  { sql: createCatalog, compatibleFrom: 1 },
  { sql: countKeys, compatibleFrom: 1 },
  { sql: createLibrary, compatibleFrom: 1 },
  { sql: sortByTaken, compatibleFrom: 1 },
  { sql: createLeases, compatibleFrom: 1 },
  { sql: noteBlobDeletions, compatibleFrom: 1 },
  { sql: createEvents, compatibleFrom: 1 },
  { sql: walkSearchKeys, run: foldSearchTexts, compatibleFrom: 1 },
  { sql: findByDigest, compatibleFrom: 1 },
]
