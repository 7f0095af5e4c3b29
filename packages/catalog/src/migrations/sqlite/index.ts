import { createPhotos } from './0001-photos.ts'
import { ownIdempotencyKeys } from './0002-owned-keys.ts'
import { createAccess } from './0003-access.ts'
import { countKeys } from './0004-counted-keys.ts'
import { ownTags } from './0005-owned-tags.ts'
import { createLibrary } from './0006-library.ts'
import { sortByTaken } from './0007-taken-key.ts'
import { createLeases } from './0008-leases.ts'
import { noteBlobDeletions } from './0009-blob-deletions.ts'
import { createEvents } from './0010-events.ts'
import { foldSearchTexts } from './0011-folded-search.ts'
import { findByDigest } from './0012-photos-by-digest.ts'

/**
 * SQL of each schema version, oldest first: the first one creates version 1. Only append: files that were written with one
 * of them cannot be changed.
 */
export const sqliteMigrations: readonly string[] = [
  createPhotos,
  ownIdempotencyKeys,
  createAccess,
  countKeys,
  ownTags,
  createLibrary,
  sortByTaken,
  createLeases,
  noteBlobDeletions,
  createEvents,
  foldSearchTexts,
  findByDigest,
]

/** The oldest schema version whose photos, tags and renditions can be read, as in a backup. */
export const oldestReadableVersion = 1

/** The first schema version in which photos have owners. */
export const ownersVersion = 3
