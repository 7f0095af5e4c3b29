import type { PhotoRecord } from '@tintype/catalog'

/** Photos that wait for their ladder; more than a burst of uploads, and the oldest are left to their first views. */
const maxWaiting = 64

/** Photos whose ladders are made ahead, one photo after the other: files of pixels are there for one only. */
export interface LadderQueue extends AsyncDisposable {
  /** Puts a photo behind the others, in place of the oldest that waits where there are too many. */
  add(photo: PhotoRecord): void
  /** Photos whose ladder is being made or is to be made. */
  length(): number
}

/**
 * Starts with nothing. Disposing it forgets what waits and resolves when what is under way has ended.
 *
 * @param prepare makes one ladder; never rejects, and ends early where the signal is aborted
 */
export function createLadderQueue(
  prepare: (photo: PhotoRecord, stopping: AbortSignal) => Promise<void>,
): LadderQueue {
  const stopping = new AbortController()
  const waiting: PhotoRecord[] = []
  let working: Promise<void> | undefined

  async function work(): Promise<void> {
    for (let photo = waiting.shift(); photo; photo = waiting.shift()) await prepare(photo, stopping.signal)
    working = undefined
  }

  return {
    add(photo) {
      if (stopping.signal.aborted) return
      waiting.push(photo)
      if (waiting.length > maxWaiting) waiting.shift()
      working ??= work()
    },
    length: () => waiting.length + (working === undefined ? 0 : 1),
    async [Symbol.asyncDispose]() {
      waiting.length = 0
      stopping.abort()
      await working
    },
  }
}
