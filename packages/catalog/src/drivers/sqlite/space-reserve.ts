import { randomBytes } from 'node:crypto'
import { existsSync, rmSync, statSync, writeFileSync } from 'node:fs'

/**
 * Space on the catalog's disk that is reserved for deletions. A deletion writes to the log before it frees anything, so on a
 * completely full disk nothing could be deleted (threat B161).
 */
export interface SpaceReserve {
  /** Reserves the space if it is not reserved yet. Short and synchronous. Errors are native ones. */
  take(): void
  /** Releases the space; `false` if it was released before. */
  release(): boolean
}

/** The reserve's file, beside the catalog's. */
export const reserveOf = (file: string): string => `${file}-reserve`

/** Enough for many deletions. One writes some tens of pages, and sometimes a merge of the search index. */
const reserveByteSize = 1024 * 1024
const fileMode = 0o640

/** Releases the space of a reserve that nothing has opened; `false` if there is none. Errors are native ones. */
export function releaseSpaceReserve(path: string): boolean {
  if (!existsSync(path)) return false
  rmSync(path, { force: true })
  return true
}

/**
 * Opens the reserve beside the catalog's file, and reserves the space if there is some. A restart on a full disk does not
 * fail.
 *
 * @param path of the reserve's own file
 */
export function openSpaceReserve(path: string): SpaceReserve {
  let isTaken = statSync(path, { throwIfNoEntry: false })?.size === reserveByteSize

  function take(): void {
    if (isTaken) return
    try {
      // Random bytes, because some file systems store zeros without space.
      writeFileSync(path, randomBytes(reserveByteSize), { mode: fileMode })
      isTaken = true
    } catch (error) {
      rmSync(path, { force: true })
      throw error
    }
  }

  try {
    take()
  } catch {
    // The next insert reports the error.
  }
  return {
    take,
    release() {
      if (!isTaken) return false
      rmSync(path, { force: true })
      isTaken = false
      return true
    },
  }
}
