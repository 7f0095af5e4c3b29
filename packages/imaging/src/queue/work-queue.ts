import { TintypeError } from '@tintype/contract'

/** How many tasks run, and how many may wait. */
export interface WorkQueueOptions {
  /** Tasks that run at once, at least 1. */
  readonly concurrency: number
  /** Requests that may wait for their turn. 0 refuses every request that cannot start at once. */
  readonly queueLength: number
  /** Background tasks that may wait, at least 1, in a lane of their own: they never take a request's place. */
  readonly backgroundQueueLength: number
}

/** How busy a work queue is. */
export interface WorkQueueLoad {
  readonly active: number
  /** Tasks that wait, in both lanes. */
  readonly queued: number
}

/** How a task waits for its turn. */
export interface WaitOptions {
  /** Aborting it removes a waiting task. A task that has started runs to its end: it cannot be stopped half-way. */
  readonly signal?: AbortSignal | undefined
  /** A background task starts only when no request waits. */
  readonly priority?: 'background' | undefined
  /** The name of a background task, for `promote`. */
  readonly key?: string | undefined
}

/**
 * Runs a bounded number of tasks at once. Others wait in two lanes: requests first, then background tasks, each in order.
 */
export interface WorkQueue extends AsyncDisposable {
  /**
   * Runs a task when its turn comes; resolves or rejects as the task does.
   *
   * @throws OVERLOADED with `retryAfterSeconds`, if too many requests wait or the queue is disposed
   * @throws ABORTED if newer background tasks have filled the background lane: the oldest is dropped first
   * @throws the signal's reason, as it is, if it was aborted before the task started
   */
  run<T>(task: () => Promise<T>, options?: WaitOptions): Promise<T>
  /**
   * Moves a waiting background task to the requests, because a request waits for it now. From then on its own signal
   * does not remove it any more. Does nothing if no such task waits.
   *
   * @throws OVERLOADED with `retryAfterSeconds`, if too many requests wait: the task stays in the background
   */
  promote(key: string): void
  load(): WorkQueueLoad
}

interface Waiter {
  readonly key: string | undefined
  start(): void
  refuse(error: TintypeError): void
  ignoreSignal(): void
}

/**
 * Creates a work queue. Disposing it refuses waiting tasks with OVERLOADED; it resolves when the running ones have ended.
 */
export function createWorkQueue(options: WorkQueueOptions): WorkQueue {
  const { concurrency, queueLength, backgroundQueueLength } = options
  const requests = new Set<Waiter>()
  const background = new Set<Waiter>()
  let active = 0
  let disposal: PromiseWithResolvers<void> | undefined

  async function perform<T>(task: () => Promise<T>): Promise<T> {
    active += 1
    try {
      return await task()
    } finally {
      active -= 1
      startNext()
      if (active === 0) disposal?.resolve()
    }
  }

  function startNext(): void {
    const lane = requests.size > 0 ? requests : background
    const [next] = lane
    if (!next || active >= concurrency) return
    lane.delete(next)
    next.start()
  }

  function assertRoomForRequest(): void {
    if (requests.size >= queueLength) throw overloaded('Too many images are being processed')
  }

  function makeRoomInBackground(): void {
    const [oldest] = background
    if (!oldest || background.size < backgroundQueueLength) return
    background.delete(oldest)
    oldest.refuse(new TintypeError('ABORTED', 'Newer background work took its place in the queue'))
  }

  function wait<T>(begin: () => Promise<T>, { signal, priority, key }: WaitOptions): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>()
    const onAbort = () => {
      requests.delete(waiter)
      background.delete(waiter)
      reject(signal?.reason)
    }
    const ignoreSignal = () => signal?.removeEventListener('abort', onAbort)
    const waiter: Waiter = {
      key,
      start() {
        ignoreSignal()
        resolve(begin())
      },
      refuse(error) {
        ignoreSignal()
        reject(error)
      },
      ignoreSignal,
    }
    signal?.addEventListener('abort', onAbort, { once: true })
    const lane = priority === 'background' ? background : requests
    lane.add(waiter)
    return promise
  }

  return {
    async run(task, waitOptions = {}) {
      waitOptions.signal?.throwIfAborted()
      if (disposal) throw overloaded('The server is stopping')
      if (active < concurrency) return perform(task)
      if (waitOptions.priority === 'background') makeRoomInBackground()
      else assertRoomForRequest()
      return wait(() => perform(task), waitOptions)
    },
    promote(key) {
      const waiter = background.values().find((one) => one.key === key)
      if (!waiter) return
      assertRoomForRequest()
      waiter.ignoreSignal()
      background.delete(waiter)
      requests.add(waiter)
    },
    load: () => ({ active, queued: requests.size + background.size }),
    async [Symbol.asyncDispose]() {
      if (!disposal) {
        disposal = Promise.withResolvers()
        for (const waiter of [...requests, ...background]) waiter.refuse(overloaded('The server is stopping'))
        requests.clear()
        background.clear()
        if (active === 0) disposal.resolve()
      }
      await disposal.promise
    },
  }
}

function overloaded(detail: string): TintypeError {
  return new TintypeError('OVERLOADED', detail, { retryAfterSeconds: 1 })
}
