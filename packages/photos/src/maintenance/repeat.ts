import { once } from 'node:events'

/**
 * Runs a task every so many milliseconds until the signal is aborted, never twice at the same time. Resolves when the last run
 * has ended. The task must not reject.
 *
 * @param options.beginsNow whether it runs at once, too
 */
export async function repeat(
  task: () => Promise<void>,
  {
    everyMs,
    beginsNow,
    signal,
  }: { readonly everyMs: number; readonly beginsNow: boolean; readonly signal: AbortSignal },
): Promise<void> {
  if (signal.aborted) return
  let running = beginsNow ? task() : Promise.resolve()
  const timer = setInterval(() => {
    running = running.then(task)
  }, everyMs).unref()
  await once(signal, 'abort')
  clearInterval(timer)
  await running
}
