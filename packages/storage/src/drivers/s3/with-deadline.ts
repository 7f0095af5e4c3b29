/**
 * Runs a call with a signal that is aborted after `timeoutMs`, or when `cut` is. Once the call has ended, the time has no effect:
 * a body that it returned can be read for longer.
 */
export async function withDeadline<Result>(
  timeoutMs: number,
  call: (signal: AbortSignal) => Promise<Result>,
  cut?: AbortSignal,
): Promise<Result> {
  const deadline = new AbortController()
  const timer = setTimeout(() => deadline.abort(), timeoutMs)
  try {
    return await call(cut ? AbortSignal.any([deadline.signal, cut]) : deadline.signal)
  } finally {
    clearTimeout(timer)
  }
}

/** Milliseconds for a call that sends no body, with its repetitions. */
export const callTimeoutMs = 20_000

const leastBytesPerMs = 256 * 1.024

/** Milliseconds in which bytes must be stored: an engine that takes longer is treated as away. */
export function putTimeoutMs(byteSize: number): number {
  return 15_000 + Math.ceil(byteSize / leastBytesPerMs)
}
