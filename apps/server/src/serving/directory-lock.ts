import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { TintypeError } from '@tintype/contract'
import { lockFile } from '@tintype/storage'

/** How long a predecessor may take to release the lock, when a supervisor starts the next process early. */
const handOverMs = 3000

/**
 * Reserves a data directory for this process, until the lock is disposed or the process ends: the catalog's writer and
 * what a server keeps in memory of photos need one server for each library.
 *
 * @throws STORAGE_UNAVAILABLE if another process uses the directory, or it cannot be written
 */
export function lockDirectory(directory: string): Disposable {
  const lock = tryToLock(directory)
  if (lock) return lock
  throw new TintypeError('STORAGE_UNAVAILABLE', 'The data directory is used by another Tintype process')
}

function tryToLock(directory: string): Disposable | undefined {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o750 })
    return lockFile(join(directory, 'tintype.lock'), { waitMs: handOverMs })
  } catch (cause) {
    throw new TintypeError('STORAGE_UNAVAILABLE', 'The data directory cannot be written', { cause })
  }
}
