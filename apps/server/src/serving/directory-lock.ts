import { join } from 'node:path'
import { TintypeError } from '@tintype/contract'
import { makeDirectory, waitForFileLock } from '@tintype/storage'

/** A supervisor may start the next process before the last one has ended, which may take so long, in milliseconds. */
const waitMs = 3000

/**
 * Locks a data directory for this process, until the lock is disposed or the process ends. The catalog's writer and the
 * server's caches allow only one server for each library. Waits three seconds for the lock. The event loop is not blocked,
 * because the server that has the lock may be closing in this process.
 *
 * @throws STORAGE_UNAVAILABLE if another server uses the directory, or it cannot be written
 */
export async function lockDirectory(directory: string): Promise<Disposable> {
  const lock = await waitForLock(directory)
  if (lock) return lock
  throw new TintypeError(
    'STORAGE_UNAVAILABLE',
    'The data directory is used by another Tintype process; stop it first',
  )
}

async function waitForLock(directory: string): Promise<Disposable | undefined> {
  try {
    await makeDirectory(directory)
    return await waitForFileLock(join(directory, 'tintype.lock'), { waitMs })
  } catch (cause) {
    throw new TintypeError('STORAGE_UNAVAILABLE', 'The data directory cannot be written', { cause })
  }
}
