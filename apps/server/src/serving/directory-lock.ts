import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { TintypeError } from '@tintype/contract'
import { lockFile } from '@tintype/storage'

/** Milliseconds to wait for the lock: a supervisor may start the next process before the last one has ended. */
const handOverMs = 3000

/**
 * Locks a data directory for this process, until the lock is disposed or the process ends. The catalog's writer and the
 * server's caches allow only one server for each library.
 *
 * @throws STORAGE_UNAVAILABLE if another process uses the directory, or it cannot be written
 */
export function lockDirectory(directory: string): Disposable {
  const lock = tryToLock(directory)
  if (lock) return lock
  throw new TintypeError(
    'STORAGE_UNAVAILABLE',
    'The data directory is used by another Tintype process; stop it first',
  )
}

function tryToLock(directory: string): Disposable | undefined {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o750 })
    return lockFile(join(directory, 'tintype.lock'), { waitMs: handOverMs })
  } catch (cause) {
    throw new TintypeError('STORAGE_UNAVAILABLE', 'The data directory cannot be written', { cause })
  }
}
