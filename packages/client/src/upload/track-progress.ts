/** How far an upload is. */
export interface UploadProgress {
  /** Bytes of the file that were handed to the network; over several attempts the most of any. */
  readonly sentBytes: number
  /** Size of the file in bytes; `undefined` for a stream. */
  readonly totalBytes: number | undefined
  /**
   * From 0 to 1, never going back. Exactly 1 means that the server has the photo: all bytes sent is a hair
   * less. Stays 0 until then where the size is unknown.
   */
  readonly fraction: number
}

/** Tells a listener about one upload. */
export interface ProgressTracker {
  /** So many bytes of the current attempt are on their way. */
  sent(bytes: number): void
  /** The server has answered with the photo. */
  done(): void
}

/** Starts at 0 by telling so. */
export function trackProgress(
  totalBytes: number | undefined,
  onProgress: ((progress: UploadProgress) => void) | undefined,
): ProgressTracker {
  let sentBytes = 0
  const tell = (fraction: number) => onProgress && callBack(onProgress, { sentBytes, totalBytes, fraction })
  tell(0)
  return {
    sent(bytes) {
      if (bytes <= sentBytes) return
      sentBytes = bytes
      tell(totalBytes ? Math.min(bytes / totalBytes, 1 - Number.EPSILON) : 0)
    },
    done() {
      sentBytes = totalBytes ?? sentBytes
      tell(1)
    },
  }
}

/** Calls a listener; what it throws is its own uncaught error, as with an event, and breaks no upload. */
export function callBack<Value>(listener: (value: Value) => void, value: Value): void {
  try {
    listener(value)
  } catch (error) {
    queueMicrotask(() => {
      throw error
    })
  }
}
