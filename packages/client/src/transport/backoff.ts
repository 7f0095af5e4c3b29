import type { TintypeError } from '@tintype/contract'
import { abortable } from './abortable.ts'

/** An attempt that failed and can be repeated. */
export interface FailedAttempt {
  /** 1 for the first. */
  readonly attempt: number
  readonly error: TintypeError
}

/** When a failed upload is sent again. Only failures with `error.retryable` are. */
export interface RetryOptions {
  /**
   * How often an upload is sent at most, including the first time; 1 never retries.
   *
   * @default 3
   */
  readonly attempts?: number | undefined
  /**
   * The longest wait before the next attempt, in milliseconds. If the server's `Retry-After` asks for a longer one, the
   * upload fails at once; `error.retryAfterSeconds` says when to try again.
   *
   * @default 30_000
   */
  readonly maxWaitMs?: number | undefined
  /**
   * How long to wait before the next attempt, in milliseconds.
   *
   * @default the `Retry-After` of the answer plus a random part of 500 ms, which doubles with each attempt
   */
  readonly waitMs?: ((failed: FailedAttempt) => number) | undefined
}

/** Exponential backoff with full jitter, so that clients that were refused together do not come back together. */
export function backoffMs({ attempt, error }: FailedAttempt): number {
  return (error.retryAfterSeconds ?? 0) * 1000 + Math.random() * 500 * 2 ** (attempt - 1)
}

/**
 * Waits until the next attempt is due. Aborting the signal clears the timer.
 *
 * @throws the failure itself, if it must not be tried again
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
  await abortable(due, signal).finally(() => clearTimeout(timer))
}
