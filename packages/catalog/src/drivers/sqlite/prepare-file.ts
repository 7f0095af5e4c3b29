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
  const firstMade = await makeMissing(dirname(file))
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

/**
 * Makes a directory and its parents if they are missing. Returns the first one that was made; `undefined` if the directory existed.
 * Node's own recursive `mkdir` never ends on a file system that answers ENOENT for every new name, as `/proc` does.
 */
async function makeMissing(path: string): Promise<string | undefined> {
  try {
    return await makeOne(path)
  } catch (error) {
    if (!isAbsence(error) || path === dirname(path)) throw error
  }
  const firstMade = await makeMissing(dirname(path))
  const made = await makeOne(path)
  return firstMade ?? made
}

/** Makes one directory. Returns its path; `undefined` if it exists. */
async function makeOne(path: string): Promise<string | undefined> {
  try {
    await mkdir(path, directoryMode)
    return path
  } catch (error) {
    // If its parent cannot be written either, the code of a directory that exists is not EEXIST on every system.
    const isDirectory = await stat(path).then(
      (stats) => stats.isDirectory(),
      () => false,
    )
    if (isDirectory) return undefined
    throw error
  }
}

function isAbsence(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}

async function syncDirectory(path: string): Promise<void> {
  await using handle = await open(path, constants.O_RDONLY)
  await handle.sync()
}
