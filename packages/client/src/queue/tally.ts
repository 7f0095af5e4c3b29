import type { UploadItem, UploadTotals } from './upload-queue.ts'

/** Counts the items of a queue, and measures how fast they are sent. */
export interface Tally {
  /** Counts an item, or with -1 no longer. */
  count(item: UploadItem, sign: 1 | -1): void
  /** Notes bytes that were sent, also those that were sent before. */
  sent(bytes: number): void
  /** @param isSending whether something is being sent, so that there is a rate */
  read(isSending: boolean): UploadTotals
}

/** An empty tally. Every call costs the same, however many items there are. */
export function createTally(): Tally {
  const sums = { count: 0, stored: 0, skipped: 0, failed: 0, sentBytes: 0, totalBytes: 0 }
  let transferredBytes = 0
  let sample = { atMs: 0, bytes: 0 }
  let bytesPerSecond: number | undefined

  /** A mean in which older samples count less. */
  function measure(isSending: boolean): void {
    const atMs = performance.now()
    const elapsedMs = atMs - sample.atMs
    if (isSending && elapsedMs < 500) return
    const latest = ((transferredBytes - sample.bytes) / elapsedMs) * 1000
    bytesPerSecond =
      !isSending || elapsedMs > 5000 ? undefined : (bytesPerSecond ?? latest) * 0.75 + latest / 4
    sample = { atMs, bytes: transferredBytes }
  }

  return {
    count({ state, byteSize, fraction }, sign) {
      if (state === 'cancelled') return
      sums.count += sign
      if (state === 'failed' || state === 'skipped') {
        sums[state] += sign
        return
      }
      if (state === 'stored') sums.stored += sign
      sums.sentBytes += sign * Math.round(byteSize * fraction)
      sums.totalBytes += sign * byteSize
    },
    sent(bytes) {
      transferredBytes += bytes
    },
    read(isSending) {
      measure(isSending)
      const { sentBytes, totalBytes } = sums
      return {
        ...sums,
        fraction: totalBytes && sentBytes / totalBytes,
        bytesPerSecond,
        secondsLeft: bytesPerSecond && (totalBytes - sentBytes) / bytesPerSecond,
      }
    },
  }
}
