import { realpathSync, statSync } from 'node:fs'
import { TintypeError } from '@tintype/contract'

/** A path, and the identity of the file that it had. */
export interface WatchedFile {
  readonly path: string
  readonly identity: string | undefined
}

/**
 * Reads the identities of the catalog's files: the open database and its log.
 *
 * @param file absolute path of the database
 */
export function watchCatalogFiles(file: string): readonly WatchedFile[] {
  // If the path is a symbolic link, SQLite's log lies beside the link's target.
  return [file, `${realpathSync(file)}-wal`].map((path) => ({ path, identity: identify(path) }))
}

/**
 * Checks that the paths still have the same files. SQLite continues to write into a file that was removed or replaced, and
 * all of that is lost at the next start (threat B193). Costs two calls of `stat`, 6 µs each (measured).
 *
 * @throws CATALOG_UNAVAILABLE
 */
export function assertInPlace(watched: readonly WatchedFile[]): void {
  if (watched.every(({ path, identity }) => identify(path) === identity)) return
  const detail = 'The catalog file was removed or replaced while it was open: restore it, and restart'
  throw new TintypeError('CATALOG_UNAVAILABLE', detail)
}

/** Some file systems have inode numbers that a double cannot represent. */
function identify(path: string): string | undefined {
  const stats = statSync(path, { bigint: true, throwIfNoEntry: false })
  return stats && `${stats.dev}:${stats.ino}`
}
