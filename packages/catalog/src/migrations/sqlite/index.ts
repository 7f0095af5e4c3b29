import { createPhotos } from './0001-photos.ts'
import { ownIdempotencyKeys } from './0002-owned-keys.ts'

/**
 * SQL of each schema version, oldest first: the first makes version 1. Only ever append: a file that was
 * written with one of them has it for ever.
 */
export const sqliteMigrations: readonly string[] = [createPhotos, ownIdempotencyKeys]

/** The oldest schema version whose photos, tags and renditions are read as they are now, as in a backup. */
export const oldestReadableVersion = 1
