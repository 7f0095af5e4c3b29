import { callListener } from '../transport/call-listener.ts'
import type { InputQueue } from './input-queue.ts'
import { type UploadProgress, unopened } from './track-progress.ts'

/** Progress of one of several uploads, and of all of them. */
export interface UploadAllProgress extends UploadProgress {
  /** Position of the input, from 0. It identifies the input, because names can repeat. */
  readonly index: number
  readonly overall: OverallProgress
}

/** Progress of several uploads together. */
export interface OverallProgress {
  /** Inputs that have their outcome: stored or failed. */
  readonly settledCount: number
  /** Number of all inputs; `undefined` until an async iterable has ended. */
  readonly totalCount: number | undefined
  /**
   * From 0 to 1, never going back: the mean over all inputs. An input that has its outcome counts as 1. It is at most 0.99 until
   * all have theirs, and 0 while the number of inputs is unknown.
   */
  readonly fraction: number
}

/**
 * Makes the function that reports several uploads to a listener. It is called with the progress of an input, or without one
 * when the input has its outcome.
 */
export function trackAll(
  queue: Pick<InputQueue<unknown>, 'totalCount'>,
  onProgress: ((progress: UploadAllProgress) => void) | undefined,
): (index: number, progress?: UploadProgress) => void {
  const latest: UploadProgress[] = []
  let settledCount = 0
  return (index, progress) => {
    if (!onProgress) return
    if (!progress) settledCount++
    const file = progress ?? latest[index] ?? unopened
    latest[index] = progress ?? { ...file, fraction: 1 }
    const { totalCount } = queue
    const sum = latest.reduce((total, one) => total + one.fraction, 0)
    const ceiling = settledCount === totalCount ? 1 : 0.99
    const fraction = totalCount ? Math.min(sum / totalCount, ceiling) : 0
    callListener(onProgress, { ...file, index, overall: { settledCount, totalCount, fraction } })
  }
}
