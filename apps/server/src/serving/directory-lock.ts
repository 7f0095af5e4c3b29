import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { TintypeError } from '@tintype/contract'

/** How long a predecessor may take to let go, when a supervisor starts the next process early. */
const handOverMs = 3000

/**
 * Makes a directory this process's own: two servers on one directory would sweep away each other's uploads.
 *
 * The lock is SQLite's, on an empty file: held by the operating system, portable, and gone with the process however
 * it ends.
 *
 * @throws STORAGE_UNAVAILABLE where another process owns it, or it cannot be written
 */
export function lockDirectory(directory: string): Disposable {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o750 })
    const lock = new DatabaseSync(join(directory, 'tintype.lock'), { timeout: handOverMs })
    try {
      lock.exec('BEGIN EXCLUSIVE')
    } catch (error) {
      lock.close()
      throw error
    }
    return { [Symbol.dispose]: () => lock.close() }
  } catch (cause) {
    const isTaken = cause instanceof Error && 'errcode' in cause && cause.errcode === 5 // SQLITE_BUSY
    const why = isTaken ? 'is used by another Tintype process' : 'cannot be written'
    throw new TintypeError('STORAGE_UNAVAILABLE', `The data directory ${why}`, { cause })
  }
}
