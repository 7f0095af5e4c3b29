import type { Readable } from 'node:stream'
import { TintypeError } from '@tintype/contract'

/** How long an upload may take, and to do nothing. */
export interface UploadPace {
  /** Milliseconds without a byte. */
  readonly uploadIdleTimeoutMs: number
  /** Slowest average rate of an honest client, and the milliseconds after which it counts. */
  readonly minUploadBytesPerSecond: number
  readonly slowUploadGraceMs: number
  /** Longest an upload may take as a whole. */
  readonly maxUploadDurationMs: number
}

/** How often progress is looked at. */
const tickMs = 1000

/**
 * Ends an upload that stopped or crawls. The deadline slides with progress, so that an honest slow phone
 * succeeds (threat B067); time in which bytes wait for us does not count against the client.
 *
 * @param onTimeout called at most once, with `UPLOAD_TIMEOUT`
 */
export function watchUpload(
  body: Readable,
  { pace, onTimeout }: { pace: UploadPace; onTimeout: (error: TintypeError) => void },
): Disposable {
  const {
    uploadIdleTimeoutMs: idleTimeoutMs,
    minUploadBytesPerSecond,
    slowUploadGraceMs,
    maxUploadDurationMs,
  } = pace
  const startedAt = performance.now()
  let received = 0
  let progressAt = startedAt
  const count = (chunk: Uint8Array) => {
    received += chunk.length
    progressAt = performance.now()
  }
  body.on('data', count)
  body.pause() // only the reader decides when bytes flow
  const timer = setInterval(
    () => {
      if (body.readableEnded) return clearInterval(timer) // the rest of the time is ours: decoding, storing
      const now = performance.now()
      if (body.readableLength > 0) progressAt = now
      const elapsed = now - startedAt
      const isSlow = elapsed > slowUploadGraceMs && received < (elapsed / 1000) * minUploadBytesPerSecond
      if (now - progressAt <= idleTimeoutMs && !isSlow && elapsed <= maxUploadDurationMs) return
      clearInterval(timer)
      const detail = isSlow
        ? `The upload is slower than ${minUploadBytesPerSecond} bytes a second`
        : 'The upload stopped before it was complete'
      onTimeout(new TintypeError('UPLOAD_TIMEOUT', detail, { facts: { received, idleTimeoutMs } }))
    },
    Math.min(tickMs, idleTimeoutMs),
  )
  return {
    [Symbol.dispose]() {
      clearInterval(timer)
      body.off('data', count)
    },
  }
}
