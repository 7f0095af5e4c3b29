import { callListener } from '../transport/call-listener.ts'
import type { SendStep } from '../transport/silence.ts'

/**
 * What an upload does: it reads and checks the file (`preparing`), sends it, waits for the server's answer (`processing`), waits
 * for the next attempt or for the browser to be online (`waiting`), or is stored (`done`).
 */
export type UploadPhase = 'preparing' | 'sending' | 'processing' | 'waiting' | 'done'

/** Progress of one upload. */
export interface UploadProgress {
  readonly phase: UploadPhase
  /** 1 for the first time that the file is sent. */
  readonly attempt: number
  /** Bytes of the file that were sent. With several attempts, the most that one of them sent. */
  readonly sentBytes: number
  /** Size of the file in bytes: of the prepared one, as soon as there is one. `undefined` for a stream, and before a file is opened. */
  readonly totalBytes: number | undefined
  /**
   * From 0 to 1, never going back. Exactly 1 means that the server has the photo; until then it is at most 0.99. If the size is
   * unknown, it is 0 until then.
   */
  readonly fraction: number
  /** Over the last seconds; `undefined` if nothing is being sent, or the first half second is not over. */
  readonly bytesPerSecond: number | undefined
  /** Until the file is sent; `undefined` like `bytesPerSecond`, and for a stream. */
  readonly secondsLeft: number | undefined
}

/** Reports one upload to a listener. */
export interface ProgressTracker {
  /** Called with the size of what will be sent: of the prepared file, once there is one. */
  opened(byteSize: number | undefined): void
  /** Called when an attempt begins, or is waited for. */
  enter(phase: 'sending' | 'waiting', attempt: number): void
  /** Called with the bytes that the current attempt has sent, and with what it does next. */
  sent(bytes: number, step: SendStep): void
  /** Called when the server has answered with the photo. */
  done(): void
}

/** Before anything is known of the file. */
export const unopened: UploadProgress = {
  phase: 'preparing',
  attempt: 1,
  sentBytes: 0,
  totalBytes: undefined,
  fraction: 0,
  bytesPerSecond: undefined,
  secondsLeft: undefined,
}

/** Starts by reporting 0. */
export function trackProgress(
  totalBytes: number | undefined,
  onProgress: ((progress: UploadProgress) => void) | undefined,
): ProgressTracker {
  let current = unopened
  let rate: number | undefined
  let sample = { atMs: 0, bytes: 0 }

  function report(changes: Partial<UploadProgress>): void {
    current = { ...current, totalBytes, bytesPerSecond: undefined, secondsLeft: undefined, ...changes }
    callListener(onProgress, current)
  }
  /** A mean in which older samples count less. Returns whether there is a new one. */
  function measure(bytes: number): boolean {
    const atMs = performance.now()
    const isDue = atMs >= sample.atMs + 500
    if (isDue) {
      const latest = ((bytes - sample.bytes) / (atMs - sample.atMs)) * 1000
      rate = rate ? rate + (latest - rate) / 4 : latest
      sample = { atMs, bytes }
    }
    return isDue
  }
  report({})
  return {
    opened(byteSize) {
      totalBytes = byteSize
    },
    enter(phase, attempt) {
      sample = { atMs: performance.now(), bytes: 0 }
      report({ phase, attempt })
    },
    sent(bytes, step) {
      const isMeasured = measure(bytes)
      const isSent = step === 'sent' || bytes === totalBytes
      const phase = isSent ? 'processing' : 'sending'
      if (!isMeasured && bytes <= current.sentBytes && phase === current.phase) return
      const sentBytes = Math.max(bytes, current.sentBytes)
      report({
        phase,
        sentBytes,
        fraction: totalBytes ? Math.min(sentBytes / totalBytes, 0.99) : 0,
        ...(!isSent && {
          bytesPerSecond: rate,
          secondsLeft: rate && totalBytes && (totalBytes - sentBytes) / rate,
        }),
      })
    },
    done() {
      report({ phase: 'done', sentBytes: totalBytes ?? current.sentBytes, fraction: 1 })
    },
  }
}
