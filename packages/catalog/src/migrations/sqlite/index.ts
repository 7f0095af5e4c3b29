import { createPhotos } from './0001-photos.ts'

/**
 * SQL of each schema version, oldest first: the first makes version 1. Only ever append: a file that was
 * written with one of them has it for ever.
 */
export const sqliteMigrations: readonly string[] = [createPhotos]
