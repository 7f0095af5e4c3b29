import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { TintypeError } from '@tintype/contract'
import { lockFile } from '@tintype/storage'

/** Time between two attempts, milliseconds. */
const attemptEveryMs = 50
/** A supervisor may start the next process before the last one has ended, which may take three seconds. */
const maxAttempts = 60

/**
 * Locks a data directory for this process, until the lock is disposed or the process ends. The catalog's writer and the
 * server's caches allow only one server for each library. Waits three seconds for the lock. The event loop is not blocked,
 * because the server that has the lock may be closing in this process.
 *
 * @throws STORAGE_UNAVAILABLE if another server uses the directory, or it cannot be written
 */
export async function lockDirectory(directory: string): Promise<Disposable> {
  for (let attempt = 1; attempt <= maxAttempts; attempt++) {
    const lock = tryToLock(directory)
    if (lock) return lock
    if (attempt < maxAttempts) await wait(attemptEveryMs)
  }
  throw new TintypeError(
    'STORAGE_UNAVAILABLE',
    'The data directory is used by another Tintype process; stop it first',
  )
}

function tryToLock(directory: string): Disposable | undefined {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o750 })
    return lockFile(join(directory, 'tintype.lock'), { waitMs: 0 })
  } catch (cause) {
    throw new TintypeError('STORAGE_UNAVAILABLE', 'The data directory cannot be written', { cause })
  }
}
