import { callListener } from '../transport/call-listener.ts'

/** Progress of one upload. */
export interface UploadProgress {
  /** Bytes of the file that were sent. With several attempts, the most that one of them sent. */
  readonly sentBytes: number
  /** Size of the file in bytes; `undefined` for a stream. */
  readonly totalBytes: number | undefined
  /**
   * From 0 to 1, never going back. Exactly 1 means that the server has the photo; while its answer is awaited it is a
   * little less. If the size is unknown, it is 0 until then.
   */
  readonly fraction: number
}

/** Reports one upload to a listener. */
export interface ProgressTracker {
  /** Called with the bytes that the current attempt has sent. */
  sent(bytes: number): void
  /** Called when the server has answered with the photo. */
  done(): void
}

/** Starts by reporting 0. */
export function trackProgress(
  totalBytes: number | undefined,
  onProgress: ((progress: UploadProgress) => void) | undefined,
): ProgressTracker {
  let sentBytes = 0
  const report = (fraction: number) => callListener(onProgress, { sentBytes, totalBytes, fraction })
  report(0)
  return {
    sent(bytes) {
      if (bytes <= sentBytes) return
      sentBytes = bytes
      report(totalBytes ? Math.min(bytes / totalBytes, 1 - Number.EPSILON) : 0)
    },
    done() {
      sentBytes = totalBytes ?? sentBytes
      report(1)
    },
  }
}
