import type { InputQueue } from './input-queue.ts'
import { callBack, type UploadProgress } from './track-progress.ts'

/** How far one of several uploads is, and how far all of them are. */
export interface UploadAllProgress extends UploadProgress {
  /** Which input this is, from 0: its identity, since names may repeat. */
  readonly index: number
  readonly overall: OverallProgress
}

/** How far several uploads are. */
export interface OverallProgress {
  /** Inputs that have their outcome, good or bad. */
  readonly settledCount: number
  /** All inputs; `undefined` for an async iterable, until it has ended. */
  readonly totalCount: number | undefined
  /**
   * From 0 to 1, never going back: the mean over all inputs, where one that has its outcome counts as done.
   * 0 while their number is unknown.
   */
  readonly fraction: number
}

/** Tells a listener of several uploads: their progress, or, without one, that they have their outcome. */
export function trackAll(
  queue: Pick<InputQueue<unknown>, 'totalCount'>,
  onProgress: ((progress: UploadAllProgress) => void) | undefined,
): (index: number, progress?: UploadProgress) => void {
  const latest: UploadProgress[] = []
  const parts: number[] = []
  let settledCount = 0
  return (index, progress) => {
    if (!onProgress) return
    if (!progress) settledCount++
    const file = progress ?? latest[index] ?? { sentBytes: 0, totalBytes: undefined, fraction: 0 }
    latest[index] = file
    parts[index] = progress ? file.fraction : 1
    const { totalCount } = queue
    const sum = parts.reduce((total, part) => total + part, 0)
    const ceiling = settledCount === totalCount ? 1 : 1 - Number.EPSILON
    const fraction = totalCount ? Math.min(sum / totalCount, ceiling) : 0
    callBack(onProgress, { ...file, index, overall: { settledCount, totalCount, fraction } })
  }
}
