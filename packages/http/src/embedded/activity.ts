import { TintypeError } from '@tintype/contract'

/** The requests and calls that run now. Once it is closed, no other one begins. */
export interface Activity {
  /** Why nothing may begin; `undefined` if something may. */
  refusal(): TintypeError | undefined
  /**
   * Begins a request or a call; dispose the result at its end.
   *
   * @param cut ends it at once; called by `cut()`
   * @throws OVERLOADED after `close()`
   */
  begin(cut?: () => void): Disposable
  /** Refuses everything new. Resolves when nothing runs. */
  close(): Promise<void>
  /** Ends what still runs at once. */
  cut(): void
}

/** Counts what runs in one embedded Tintype. */
export function createActivity(): Activity {
  const running = new Set<{ readonly cut: (() => void) | undefined }>()
  const idle = Promise.withResolvers<void>()
  let isClosed = false

  function refusal(): TintypeError | undefined {
    if (!isClosed) return undefined
    return new TintypeError('OVERLOADED', 'The server is stopping', { retryAfterSeconds: 5 })
  }

  return {
    refusal,
    begin(cut) {
      const error = refusal()
      if (error) throw error
      const one = { cut }
      running.add(one)
      return {
        [Symbol.dispose]() {
          running.delete(one)
          if (isClosed && running.size === 0) idle.resolve()
        },
      }
    },
    close() {
      isClosed = true
      if (running.size === 0) idle.resolve()
      return idle.promise
    },
    cut() {
      for (const { cut } of [...running]) cut?.()
    },
  }
}
