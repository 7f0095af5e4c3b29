import { TintypeError } from '@tintype/contract'
import { createPlaces } from './places.ts'
import { createTurnOrder, type RequestLane } from './turn-order.ts'

/** What a task belongs to. Background tasks start only when no request waits. */
export type Lane = RequestLane | 'background'

/** How many tasks run, and how many may wait. */
export interface WorkQueueOptions {
  /** Tasks that run at once, at least 1. */
  readonly concurrency: number
  /** Whether one more may run, for callers beside one that has more requests. Background tasks never use it. @default false */
  readonly hasSpare?: boolean | undefined
  /** Milliseconds after a request for which a place is kept free for its caller's next one. @default 5000 */
  readonly companyMs?: number | undefined
  /** Tasks that may wait in each lane. 0 refuses every request that cannot start at once; `background` is at least 1. */
  readonly lengths: Readonly<Record<Lane, number>>
  /** Milliseconds that a request may wait for its turn. */
  readonly maxWaitMs: number
  /** Called when a task starts, with the milliseconds that it has waited. */
  readonly onStart?: ((lane: Lane, waitedMs: number) => void) | undefined
}

/** How busy a work queue is. */
export interface WorkQueueLoad {
  readonly active: number
  /** Tasks that wait, in all lanes. */
  readonly queued: number
  /** Tasks that wait, by lane. */
  readonly waiting: Readonly<Record<Lane, number>>
  /** How long a caller that has nothing waiting would wait for its turn now, about. */
  readonly nextTurnMs: number
}

/** A task's turn. */
export interface Turn {
  /** Whether other tasks matter more: it is background work, or one of several of the caller that has the most beside others. */
  readonly mayWait: boolean
}

/** How a task waits for its turn. */
export interface WaitOptions {
  /** Aborting it removes a waiting task. A task that has started runs to its end: it cannot be stopped half-way. */
  readonly signal?: AbortSignal | undefined
  /** @default uploads */
  readonly lane?: Lane | undefined
  /** The callers that wait for a request. It has its turn with the first of them. @default one caller without a name */
  readonly shares?: ReadonlySet<string> | undefined
  /** The names of what the task makes, for `join`. */
  readonly keys?: readonly string[] | undefined
}

/**
 * Runs a bounded number of tasks at once. Requests of different callers have turns: next is a request of the caller with the
 * fewest running ones, the one that has just ended included; of several such callers, of the one that has waited the longest
 * for its turn. Each caller's own start in order. Background tasks start in order when no request waits. While other callers
 * are active, the one with the most requests leaves a place free for them.
 *
 * If a lane is full, the newest request of the caller with the most requests in it is refused.
 */
export interface WorkQueue extends AsyncDisposable {
  /**
   * Runs a task when its turn comes; resolves or rejects as the task does.
   *
   * @throws OVERLOADED with `retryAfterSeconds`, if too many requests wait, it has waited too long, or the queue is disposed
   * @throws ABORTED if newer background tasks have filled the background lane: the oldest is dropped first
   * @throws the signal's reason, as it is, if it was aborted before the task started
   */
  run<T>(task: (turn: Turn) => Promise<T>, options?: WaitOptions): Promise<T>
  /**
   * Has a waiting task started at the turn of this caller too, because it waits for a task that exists already. A
   * background task becomes a view; its own signal does not remove it any more. Does nothing if no such task waits.
   *
   * @throws OVERLOADED with `retryAfterSeconds`, if too many views wait: the task stays in the background
   */
  join(key: string, share: string): void
  load(): WorkQueueLoad
}

interface Waiter {
  readonly keys: readonly string[]
  readonly sinceMs: number
  start(share?: string): void
  refuse(error: unknown): void
  /** Bounds its wait, from now on. */
  limitWait(): void
  ignoreSignal(): void
}

/** Most that a client is asked to wait, in seconds. */
const maxRetryAfterSeconds = 60

/** The caller of requests that name none. */
const nameless: ReadonlySet<string> = new Set([''])

/**
 * Creates a work queue. Disposing it refuses waiting tasks with OVERLOADED; it resolves when the running ones have ended.
 *
 * @see docs/adr/0036-decoders-and-slots-are-shared.md
 */
export function createWorkQueue(options: WorkQueueOptions): WorkQueue {
  const { concurrency, hasSpare = false, companyMs = 5000, lengths, maxWaitMs, onStart } = options
  const requests = createTurnOrder<Waiter>()
  const background = new Set<Waiter>()
  const places = createPlaces({ concurrency, hasSpare, companyMs, waitingOf: requests.sizeOf })
  /** What a task takes; unknown until the first one has ended. */
  let averageMs: number | undefined
  let disposal: PromiseWithResolvers<void> | undefined

  async function perform<T>(task: (turn: Turn) => Promise<T>, share: string | undefined): Promise<T> {
    const startedAt = performance.now()
    const place = places.use(share)
    try {
      return await task({ mayWait: share === undefined || places.isBusy(share) })
    } finally {
      const tookMs = performance.now() - startedAt
      averageMs = averageMs === undefined ? tookMs : averageMs + (tookMs - averageMs) / 8
      place.leave()
      startNext() // while it still counts for its caller: the others come first
      place.forget()
      startNext()
      if (places.active() === 0) disposal?.resolve()
    }
  }

  function startNext(): void {
    const line = requests.next(places)
    if (line) {
      requests.take(line)?.start(line.share)
      return
    }
    const [oldest] = background
    if (!oldest || requests.callers() > 0 || !places.mayStartBackground()) return
    background.delete(oldest)
    oldest.start()
  }

  function overloaded(detail: string): TintypeError {
    const waitMs = (requests.items().size * (averageMs ?? 0)) / concurrency
    const retryAfterSeconds = Math.min(Math.max(Math.ceil(waitMs / 1000), 1), maxRetryAfterSeconds)
    return new TintypeError('OVERLOADED', detail, { retryAfterSeconds })
  }

  /** If a lane has too many requests, removes the newest of its longest line until one has no line any more, and returns it. */
  function shorten(lane: RequestLane, share: string): Waiter | undefined {
    while (requests.size(lane) > lengths[lane]) {
      const longest = requests.longest(lane, share)
      const newest = longest && [...longest.items].at(-1)
      if (newest && !requests.remove(newest, longest)) return newest
    }
    return undefined
  }

  function shortenBackground(): void {
    const [oldest] = background
    if (!oldest || background.size <= lengths.background) return
    background.delete(oldest)
    oldest.refuse(new TintypeError('ABORTED', 'Newer background work took its place in the queue'))
  }

  function addRequest(waiter: Waiter, lane: RequestLane, shares: ReadonlySet<string>): void {
    waiter.limitWait()
    for (const share of shares) requests.add(waiter, lane, share)
    for (const share of shares) places.noteRequest(share)
    startNext()
    const [share = ''] = shares
    shorten(lane, share)?.refuse(overloaded(tooMany))
  }

  function createWaiter<T>(
    begin: (share?: string) => Promise<T>,
    { signal, keys = [], lane = 'uploads', shares = nameless }: WaitOptions,
  ): { readonly waiter: Waiter; readonly promise: Promise<T> } {
    const { promise, resolve, reject } = Promise.withResolvers<T>()
    const sinceMs = performance.now()
    let timer: NodeJS.Timeout | undefined
    const leave = (reason: unknown) => {
      requests.remove(waiter)
      background.delete(waiter)
      stopWaiting()
      reject(reason)
    }
    const onAbort = () => {
      if (lane !== 'background') for (const share of shares) places.noteAbandoned(share)
      leave(signal?.reason)
    }
    const ignoreSignal = () => signal?.removeEventListener('abort', onAbort)
    function stopWaiting(): void {
      clearTimeout(timer)
      ignoreSignal()
    }
    const waiter: Waiter = {
      keys,
      sinceMs,
      start(share) {
        stopWaiting()
        onStart?.(lane, performance.now() - sinceMs)
        resolve(begin(share))
      },
      refuse: leave,
      limitWait() {
        clearTimeout(timer)
        const detail = `No image decoder became free within ${maxWaitMs / 1000} seconds`
        timer = setTimeout(() => leave(overloaded(detail)), maxWaitMs)
      },
      ignoreSignal,
    }
    signal?.addEventListener('abort', onAbort, { once: true })
    return { waiter, promise }
  }

  return {
    async run(task, waitOptions = {}) {
      const { signal, lane = 'uploads', shares = nameless } = waitOptions
      signal?.throwIfAborted()
      if (disposal) throw stopping()
      const { waiter, promise } = createWaiter((share) => perform(task, share), waitOptions)
      if (lane === 'background') {
        background.add(waiter)
        startNext()
        shortenBackground()
      } else addRequest(waiter, lane, shares)
      return promise
    },
    join(key, share) {
      const isWanted = (one: Waiter) => one.keys.includes(key)
      const request = requests.items().values().find(isWanted)
      const waiter = request ?? background.values().find(isWanted)
      if (!waiter) return
      if (!requests.add(waiter, 'views', share)) return
      places.noteRequest(share)
      const refused = shorten('views', share)
      if (refused === waiter) throw overloaded(tooMany)
      refused?.refuse(overloaded(tooMany))
      waiter.limitWait()
      if (background.delete(waiter)) waiter.ignoreSignal()
      startNext()
    },
    load() {
      const waiting = {
        uploads: requests.size('uploads'),
        views: requests.size('views'),
        background: background.size,
      }
      const queued = requests.items().size + background.size
      const nextTurnMs = (requests.callers() * (averageMs ?? 0)) / concurrency
      return { active: places.active(), queued, waiting, nextTurnMs }
    },
    async [Symbol.asyncDispose]() {
      if (!disposal) {
        disposal = Promise.withResolvers()
        for (const waiter of [...requests.items(), ...background]) waiter.refuse(stopping())
        if (places.active() === 0) disposal.resolve()
      }
      await disposal.promise
    },
  }
}

const tooMany = 'Too many images are being processed'

function stopping(): TintypeError {
  return new TintypeError('OVERLOADED', 'The server is stopping', { retryAfterSeconds: 1 })
}
