import { realpathSync, statSync } from 'node:fs'
import { TintypeError } from '@tintype/contract'

/** A file under its name, and which one it was. */
export interface WatchedFile {
  readonly path: string
  readonly identity: string | undefined
}

/**
 * The catalog's files as they are now: the database, which is open, and its log.
 *
 * @param file absolute path of the database
 */
export function watchCatalogFiles(file: string): readonly WatchedFile[] {
  // The engine keeps its log beside the file itself, where the path leads over a symbolic link.
  return [file, `${realpathSync(file)}-wal`].map((path) => ({ path, identity: identify(path) }))
}

/**
 * Makes sure that files are still the ones that lay under their names. The engine goes on writing into a file that was
 * removed or replaced; all of that is lost at the next start (threat B193). Two calls of `stat`, 6 µs each (measured).
 *
 * @throws CATALOG_UNAVAILABLE
 */
export function assertInPlace(watched: readonly WatchedFile[]): void {
  if (watched.every(({ path, identity }) => identify(path) === identity)) return
  const detail = 'The catalog file was removed or replaced while it was open: restore it, and restart'
  throw new TintypeError('CATALOG_UNAVAILABLE', detail)
}

/** Numbers of files are larger than a double holds on some file systems. */
function identify(path: string): string | undefined {
  const stats = statSync(path, { bigint: true, throwIfNoEntry: false })
  return stats && `${stats.dev}:${stats.ino}`
}
