import type { TintypeError } from '@tintype/contract'
import { orAbort } from '../transport/abortable.ts'

/** An attempt that failed and may be made again. */
export interface FailedAttempt {
  /** 1 for the first. */
  readonly attempt: number
  readonly error: TintypeError
}

/** When a failed upload is sent again. Only failures whose `error.retryable` is true ever are. */
export interface RetryOptions {
  /**
   * How often an upload is sent at most, the first time included; 1 never retries.
   *
   * @default 3
   */
  readonly attempts?: number | undefined
  /**
   * The longest wait before the next attempt, in milliseconds. Where a longer one is due, because the server's
   * `Retry-After` says so, the upload fails at once: `error.retryAfterSeconds` tells when to come back.
   *
   * @default 30_000
   */
  readonly maxWaitMs?: number | undefined
  /**
   * How long to wait before the next attempt, in milliseconds.
   *
   * @default the `Retry-After` of the answer, and on top of it a random part of 500 ms, doubled each time
   */
  readonly waitMs?: ((failed: FailedAttempt) => number) | undefined
}

/** Exponential backoff with full jitter: nobody comes back at the same moment as the others who were refused. */
export function backoffMs({ attempt, error }: FailedAttempt): number {
  return (error.retryAfterSeconds ?? 0) * 1000 + Math.random() * 500 * 2 ** (attempt - 1)
}

/**
 * Waits until the next attempt is due; the timer ends with the signal.
 *
 * @throws the failure itself, where it must not be tried again
 * @throws TintypeError `ABORTED`
 */
export async function waitToRetry(
  failed: FailedAttempt,
  options: RetryOptions & { readonly signal?: AbortSignal | undefined },
): Promise<void> {
  const { attempts = 3, maxWaitMs = 30_000, waitMs = backoffMs, signal } = options
  const { attempt, error } = failed
  if (!error.retryable || attempt >= attempts) throw error
  const delayMs = waitMs(failed)
  if (delayMs > maxWaitMs) throw error
  let timer: ReturnType<typeof setTimeout> | undefined
  const due = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, delayMs)
  })
  await orAbort(due, signal).finally(() => clearTimeout(timer))
}
