import type { PhotoRecord } from '@tintype/catalog'
import { TintypeError } from '@tintype/contract'

/**
 * More than a burst of uploads. If more photos wait, the oldest are dropped, and their renditions are made on first view.
 */
const maxWaiting = 64

/** Photos whose ladders are made in the background, one photo after the other, so that only one has its pixels in files. */
export interface LadderQueue extends AsyncDisposable {
  /** Adds a photo after the others. If too many wait, the oldest is removed. */
  add(photo: PhotoRecord): void
  /** Number of photos whose ladder is being made or waits for that. */
  length(): number
}

/**
 * An empty queue. Disposing it removes waiting photos and resolves when the current one has ended.
 *
 * @param prepare makes one ladder; never rejects, and ends early if the signal is aborted
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
      stopping.abort(new TintypeError('ABORTED', 'The library is closing'))
      await working
    },
  }
}
