import { DatabaseSync } from 'node:sqlite'

/** SQLite's code for a lock that another connection holds. @see https://sqlite.org/rescode.html#busy */
const busy = 5

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
  const lock = new DatabaseSync(path, { timeout: waitMs })
  try {
    // In memory, because nothing is written: a journal would only be one more file.
    lock.exec('PRAGMA journal_mode = memory; BEGIN EXCLUSIVE')
  } catch (error) {
    lock.close()
    if (error instanceof Error && 'errcode' in error && error.errcode === busy) return undefined
    throw error
  }
  return { [Symbol.dispose]: () => lock[Symbol.dispose]() }
}
