import { TintypeError } from '@tintype/contract'

/** How many tasks run, and how many may wait. */
export interface GateOptions {
  /** Tasks at once, at least 1. */
  readonly concurrency: number
  /** Tasks that may wait for their turn; 0 refuses what cannot start at once. */
  readonly queueLength: number
}

/** How busy a gate is. */
export interface GateLoad {
  readonly active: number
  readonly queued: number
}

/** How a task waits for its turn. */
export interface TurnOptions {
  readonly signal?: AbortSignal | undefined
  /** Whether it lets every other go first; asked anew for each turn. Not where absent. */
  readonly isPatient?: (() => boolean) | undefined
  /** Whether it can start at all, which only the end of another task changes. It always can where absent. */
  readonly isReady?: (() => boolean) | undefined
}

/** Lets a bounded number of tasks run and a bounded number wait: first come, first served, the patient behind. */
export interface Gate extends AsyncDisposable {
  /**
   * Runs a task when its turn comes; resolves or rejects as it does. A signal takes a waiting task out of the
   * queue; a task that has started runs to its end, because it cannot be stopped half-way.
   *
   * @throws OVERLOADED where the queue is full or the gate was disposed, with `retryAfterSeconds`
   * @throws ABORTED where the signal was aborted before the task started
   */
  run<T>(task: () => Promise<T>, options?: TurnOptions): Promise<T>
  load(): GateLoad
}

interface Waiter extends TurnOptions {
  start(): void
  refuse(error: TintypeError): void
}

/** Wires a gate. Disposing it refuses the waiting tasks with OVERLOADED and resolves when the running ones have ended. */
export function createGate({ concurrency, queueLength }: GateOptions): Gate {
  const waiters = new Set<Waiter>()
  let active = 0
  let disposal: PromiseWithResolvers<void> | undefined

  function leave(): void {
    const next = pickNext(waiters)
    if (next) {
      waiters.delete(next)
      next.start()
      return
    }
    active -= 1
    if (active === 0) disposal?.resolve()
  }

  function enter(options: TurnOptions): Promise<void> | undefined {
    const { signal, isReady } = options
    if (signal?.aborted) throw aborted(signal)
    if (disposal) throw overloaded('The server is shutting down')
    if (active < concurrency && isReady?.() !== false) {
      active += 1
      return undefined
    }
    if (waiters.size >= queueLength) throw overloaded('Too many images are being processed')
    return wait(waiters, options)
  }

  return {
    async run(task, options = {}) {
      const turn = enter(options)
      if (turn !== undefined) await turn
      try {
        return await task()
      } finally {
        leave()
      }
    },
    load: () => ({ active, queued: waiters.size }),
    async [Symbol.asyncDispose]() {
      if (!disposal) {
        disposal = Promise.withResolvers()
        for (const waiter of waiters) waiter.refuse(overloaded('The server is shutting down'))
        waiters.clear()
        if (active === 0) disposal.resolve()
      }
      await disposal.promise
    },
  }
}

function pickNext(waiters: ReadonlySet<Waiter>): Waiter | undefined {
  const ready = [...waiters].filter(({ isReady }) => isReady?.() !== false)
  return ready.find(({ isPatient }) => !isPatient?.()) ?? ready[0]
}

function wait(waiters: Set<Waiter>, options: TurnOptions): Promise<void> {
  const { signal } = options
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const onAbort = () => {
    waiters.delete(waiter)
    reject(aborted(signal))
  }
  const waiter: Waiter = {
    ...options,
    start() {
      signal?.removeEventListener('abort', onAbort)
      resolve()
    },
    refuse(error) {
      signal?.removeEventListener('abort', onAbort)
      reject(error)
    },
  }
  waiters.add(waiter)
  signal?.addEventListener('abort', onAbort, { once: true })
  return promise
}

function overloaded(detail: string): TintypeError {
  return new TintypeError('OVERLOADED', detail, { retryAfterSeconds: 1 })
}

function aborted(signal: AbortSignal | undefined): TintypeError {
  return new TintypeError('ABORTED', 'The caller no longer waits for the image', { cause: signal?.reason })
}
