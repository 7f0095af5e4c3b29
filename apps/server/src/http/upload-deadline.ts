import type { Readable } from 'node:stream'
import { TintypeError } from '@tintype/contract'

/** Slowest average rate of an honest client, bytes per second, and after which time it counts. */
const minBytesPerSecond = 1024
const rateGraceMs = 30_000
/** Longest an upload may take as a whole. */
const maxDurationMs = 60 * 60 * 1000
/** How often progress is looked at. */
const tickMs = 1000

/**
 * Ends an upload that stopped or crawls. The deadline slides with progress, so that an honest slow phone
 * succeeds (threat B067); time in which bytes wait for us does not count against the client.
 *
 * @param idleTimeoutMs milliseconds without a byte
 * @param onTimeout called at most once, with `UPLOAD_TIMEOUT`
 */
export function watchUpload(
  body: Readable,
  { idleTimeoutMs, onTimeout }: { idleTimeoutMs: number; onTimeout: (error: TintypeError) => void },
): Disposable {
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
      const isSlow = elapsed > rateGraceMs && received < (elapsed / 1000) * minBytesPerSecond
      if (now - progressAt <= idleTimeoutMs && !isSlow && elapsed <= maxDurationMs) return
      clearInterval(timer)
      const detail = isSlow
        ? 'The upload is slower than 1 KiB a second'
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
