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
  /** Whether it lets every other go first and can be held back; asked anew for each turn. Not where absent. */
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
   * @throws the signal's reason, as it is, if it was aborted before the task started
   */
  run<T>(task: () => Promise<T>, options?: TurnOptions): Promise<T>
  /** Holds back what is patient, also where there is room, until this and all others like it are disposed. */
  holdBack(): Disposable
  /** Starts what may start by now: something that waits is no longer patient. */
  reconsider(): void
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
  let holds = 0
  let disposal: PromiseWithResolvers<void> | undefined

  function mayStart({ isReady, isPatient }: TurnOptions): boolean {
    return isReady?.() !== false && !(holds > 0 && isPatient?.())
  }

  function pickNext(): Waiter | undefined {
    let firstPatient: Waiter | undefined
    for (const waiter of waiters) {
      if (!mayStart(waiter)) continue
      if (!waiter.isPatient?.()) return waiter
      firstPatient ??= waiter
    }
    return firstPatient
  }

  function startWaiting(): void {
    while (active < concurrency) {
      const next = pickNext()
      if (!next) return
      waiters.delete(next)
      next.start()
    }
  }

  /** Begins here and now: what a task takes is taken before the next is asked whether it is ready. */
  async function perform<T>(task: () => Promise<T>): Promise<T> {
    active += 1
    try {
      return await task()
    } finally {
      active -= 1
      startWaiting()
      if (active === 0) disposal?.resolve()
    }
  }

  return {
    async run(task, options = {}) {
      const { signal } = options
      signal?.throwIfAborted()
      if (disposal) throw overloaded('The server is shutting down')
      if (active < concurrency && mayStart(options)) return perform(task)
      if (waiters.size >= queueLength) throw overloaded('Too many images are being processed')
      return wait(waiters, options, () => perform(task))
    },
    holdBack() {
      holds += 1
      const hold = new DisposableStack()
      hold.defer(() => {
        holds -= 1
        startWaiting()
      })
      return hold
    },
    reconsider: startWaiting,
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

function wait<T>(waiters: Set<Waiter>, options: TurnOptions, begin: () => Promise<T>): Promise<T> {
  const { signal } = options
  const { promise, resolve, reject } = Promise.withResolvers<T>()
  const onAbort = () => {
    waiters.delete(waiter)
    reject(signal?.reason)
  }
  const waiter: Waiter = {
    ...options,
    start() {
      signal?.removeEventListener('abort', onAbort)
      resolve(begin())
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
