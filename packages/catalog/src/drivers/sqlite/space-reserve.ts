import { randomBytes } from 'node:crypto'
import { rmSync, statSync, writeFileSync } from 'node:fs'

/**
 * Space on the catalog's disk that is kept for deletions: they, too, write to the log before they free anything,
 * so that on a disk that is full to the last byte nothing could be deleted any more (threat B161).
 */
export interface SpaceReserve {
  /** Takes the space where it is not taken; short and synchronous. Errors are native ones. */
  take(): void
  /** Gives the space back; `false` where it was given back before. */
  release(): boolean
}

/** What deleting a photo writes, many times over: some tens of pages, and now and then a merge of the search index. */
const reserveByteSize = 1024 * 1024
const fileMode = 0o640

/**
 * Opens the reserve beside the catalog's file, and takes it where there is space: a restart on a full disk still
 * serves what is there.
 *
 * @param path of the reserve's own file
 */
export function openSpaceReserve(path: string): SpaceReserve {
  let isTaken = statSync(path, { throwIfNoEntry: false })?.size === reserveByteSize

  function take(): void {
    if (isTaken) return
    try {
      // Not zeros: some file systems need no space for them.
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
    // The next insert says what is the matter.
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
