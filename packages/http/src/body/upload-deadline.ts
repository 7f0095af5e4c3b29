import type { Readable } from 'node:stream'
import { TintypeError } from '@tintype/contract'

/** How slow an upload may be. */
export interface UploadPace {
  /** Most milliseconds without a byte. */
  readonly uploadIdleTimeoutMs: number
  /** Lowest average rate. */
  readonly minUploadBytesPerSecond: number
  /** Milliseconds from the start during which any rate is allowed. */
  readonly slowUploadGraceMs: number
  /** Most milliseconds for the whole upload. */
  readonly maxUploadDurationMs: number
}

/** Milliseconds between two checks of the progress. */
const tickMs = 1000

/**
 * Reports an upload that has stopped or is too slow (threat B067). Every byte moves the idle deadline: a phone on a slow
 * network succeeds. Time in which received bytes wait for this server does not count.
 *
 * @param onTimeout called at most once, with `UPLOAD_TIMEOUT`
 * @returns dispose it to stop watching
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
  body.pause() // a 'data' listener makes bytes flow; only the reader of the body may do that
  const timer = setInterval(
    () => {
      if (body.readableEnded) return clearInterval(timer) // decoding and storing are not the client's time
      const now = performance.now()
      if (body.readableLength > 0) progressAt = now
      const elapsed = now - startedAt
      const isSlow = elapsed > slowUploadGraceMs && received < (elapsed / 1000) * minUploadBytesPerSecond
      if (now - progressAt <= idleTimeoutMs && !isSlow && elapsed <= maxUploadDurationMs) return
      clearInterval(timer)
      let detail = `No bytes of the upload arrived for ${idleTimeoutMs / 1000} seconds`
      if (isSlow)
        detail = `The upload is slower than the limit of ${minUploadBytesPerSecond} bytes per second`
      else if (elapsed > maxUploadDurationMs)
        detail = `The upload took longer than the limit of ${maxUploadDurationMs / 1000} seconds`
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
