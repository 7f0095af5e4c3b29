import type { TintypeError } from '@tintype/contract'
import { abortable } from './abortable.ts'
import { callListener } from './call-listener.ts'

/** An attempt that failed and can be repeated. */
export interface FailedAttempt {
  /** 1 for the first. */
  readonly attempt: number
  readonly error: TintypeError
}

/** A failed attempt, and the wait before the next one. */
export interface PlannedRetry extends FailedAttempt {
  /** Milliseconds; `undefined` if the browser is offline, because the wait then ends when it is online again. */
  readonly waitMs: number | undefined
  /** What decides the wait. */
  readonly reason: 'backoff' | 'retry-after' | 'offline'
}

/** When failed uploads and queries are sent again. Only failures with `error.retryable` are. */
export interface RetryOptions {
  /**
   * How often a request is sent at most, including the first time; 1, less and NaN never retry. Attempts that fail while the browser is
   * offline do not count.
   *
   * @default 8, which lasts 24 to 39 seconds: long enough for a server that restarts
   */
  readonly attempts?: number | undefined
  /**
   * The longest wait that is accepted, in milliseconds. If the server's `Retry-After` asks for a longer one, the request fails
   * at once; `error.retryAfterSeconds` says when to try again.
   *
   * @default 60_000
   */
  readonly maxWaitMs?: number | undefined
  /**
   * How long to wait before the next attempt, in milliseconds.
   *
   * @default 0.5, 1, 2, 4 and then 8 seconds, each times 0.75 to 1.25, after the answer's `Retry-After`
   */
  readonly waitMs?: ((failed: FailedAttempt) => number) | undefined
  /** Called before each wait. */
  readonly onRetry?: ((planned: PlannedRetry) => void) | undefined
}

/** Exponential backoff. The random part keeps clients that failed together from coming back together. */
export function backoffMs({ attempt, error }: FailedAttempt): number {
  const stepMs = 500 * 2 ** Math.min(attempt - 1, 4)
  return retryAfterMs(error) + stepMs * (0.75 + Math.random() / 2)
}

const retryAfterMs = (error: TintypeError) => (error.retryAfterSeconds ?? 0) * 1000

/**
 * Waits until the next attempt is due. Aborting the signal clears the timer.
 *
 * @returns the number of the next attempt
 * @throws the failure itself, if it must not be tried again
 * @throws TintypeError `ABORTED`
 */
export async function waitToRetry(
  failed: FailedAttempt,
  options: RetryOptions & { readonly signal?: AbortSignal | undefined },
): Promise<number> {
  const { attempts = 8, maxWaitMs = 60_000, waitMs = backoffMs, onRetry, signal } = options
  const { attempt, error } = failed
  const announce = (waitMs: number | undefined, reason: PlannedRetry['reason']) =>
    callListener(onRetry, { attempt, error, waitMs, reason })
  if (!error.retryable || !(attempts > 1)) throw error
  if (globalThis.navigator?.onLine === false) {
    announce(undefined, 'offline')
    await untilOnline(signal)
    return attempt
  }
  if (!(attempt < attempts) || retryAfterMs(error) > maxWaitMs) throw error
  const delayMs = waitMs(failed)
  announce(delayMs, retryAfterMs(error) ? 'retry-after' : 'backoff')
  let timer: ReturnType<typeof setTimeout> | undefined
  const due = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, delayMs)
  })
  await abortable(due, signal).finally(() => clearTimeout(timer))
  return attempt + 1
}

async function untilOnline(signal: AbortSignal | undefined): Promise<void> {
  const online = new Promise((resolve) => {
    addEventListener('online', resolve, { once: true, signal } as AddEventListenerOptions)
  })
  await abortable(online, signal)
}
