import { DatabaseSync } from 'node:sqlite'
import { setTimeout as wait } from 'node:timers/promises'

/** SQLite's code for a lock that another connection holds. @see https://sqlite.org/rescode.html#busy */
const busy = 5
/** Time between two attempts of `waitForFileLock`, milliseconds. */
const attemptEveryMs = 50

/**
 * Locks a file, which is made if it is missing; `undefined` if another process, or this one, holds its lock. Disposing
 * the lock releases it. Errors are native ones.
 *
 * The lock is SQLite's, on an empty file, because Node has no file locks. On every platform the operating system holds it,
 * and releases it when the process ends in any way.
 *
 * @param path absolute
 * @param options.waitMs how long to wait for another holder to release it, milliseconds; blocks this thread
 */
export function lockFile(path: string, { waitMs }: { readonly waitMs: number }): Disposable | undefined {
  using opening = new DisposableStack()
  const file = opening.use(new DatabaseSync(path, { timeout: waitMs }))
  return tryToLock(file) ? opening.move() : undefined
}

/**
 * As `lockFile`, but waits without blocking the thread: the holder may be releasing the lock in this process. The file is open
 * in the meantime.
 */
export async function waitForFileLock(
  path: string,
  { waitMs }: { readonly waitMs: number },
): Promise<Disposable | undefined> {
  using opening = new DisposableStack()
  const file = opening.use(new DatabaseSync(path, { timeout: 0 }))
  for (let left = Math.ceil(waitMs / attemptEveryMs); ; left -= 1) {
    if (tryToLock(file)) return opening.move()
    if (left <= 0) return undefined
    await wait(attemptEveryMs)
  }
}

function tryToLock(file: DatabaseSync): boolean {
  try {
    // In memory, because nothing is written: a journal would only be one more file.
    file.exec('PRAGMA journal_mode = memory; BEGIN EXCLUSIVE')
    return true
  } catch (error) {
    if (error instanceof Error && 'errcode' in error && error.errcode === busy) return false
    throw error
  }
}
