import { constants } from 'node:fs'
import { mkdir, open, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { TintypeError } from '@tintype/contract'

// Photos are private: the group may read them (for backups), other users may not.
const directoryMode = 0o750
const fileMode = 0o640

/**
 * Makes sure that the catalog's file exists, is a file and can be written. Creates an empty one, and its directories, if it
 * is missing. SQLite gives its `-wal` and `-shm` files the same mode.
 *
 * @param file absolute path
 * @throws CATALOG_UNAVAILABLE if the file is missing but its write-ahead log is not; native errors otherwise
 */
export async function prepareCatalogFile(file: string): Promise<void> {
  const firstMade = await mkdir(dirname(file), { recursive: true, mode: directoryMode })
  if (firstMade !== undefined) await syncDirectories(dirname(file), dirname(firstMade))
  // An earlier start may have been killed before it synced the directory. If another user owns the directory, syncing it can
  // be forbidden.
  else await syncDirectory(dirname(dirname(file))).catch(() => undefined)
  await using handle = await open(file, constants.O_RDWR | constants.O_CREAT, fileMode)
  const { size } = await handle.stat()
  if (size > 0) return
  // SQLite would discard this log, and the newest photos with it (threat B193).
  const log = await stat(`${file}-wal`).catch(() => undefined)
  if (log === undefined || log.size === 0) return
  const detail =
    'The catalog is empty, but a write-ahead log lies beside it: restore the file before starting'
  throw new TintypeError('CATALOG_UNAVAILABLE', detail)
}

/** A new directory survives a power cut once its parent is synced. SQLite syncs its own directory. */
async function syncDirectories(from: string, upTo: string): Promise<void> {
  for (let path = dirname(from); path.length >= upTo.length; path = dirname(path)) {
    await syncDirectory(path)
    if (path === upTo) return
  }
}

async function syncDirectory(path: string): Promise<void> {
  await using handle = await open(path, constants.O_RDONLY)
  await handle.sync()
}
