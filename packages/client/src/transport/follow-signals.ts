/**
 * Does work with a controller that any of these signals aborts. Removes its listeners from them. Not `AbortSignal.any`, which not
 * every browser has.
 */
export async function followSignals<Value>(
  signals: readonly (AbortSignal | null | undefined)[],
  work: (controller: AbortController) => Promise<Value>,
): Promise<Value> {
  const controller = new AbortController()
  const abort = () => controller.abort(signals.find((one) => one?.aborted)?.reason)
  for (const one of signals) {
    if (one?.aborted) abort()
    one?.addEventListener('abort', abort)
  }
  return work(controller).finally(() => {
    for (const one of signals) one?.removeEventListener('abort', abort)
  })
}
