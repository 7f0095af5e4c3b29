import { TintypeError } from '@tintype/contract'
import { queryTooLong } from './query-too-long.ts'

/** How a read shares the catalog with others. */
export interface ReadOptions {
  /** Reads that may take long have their turns by share, so that none waits for all reads of another one. Default: ''. */
  readonly share?: string | undefined
  /** Ends a read that may take long, unless it has ended. */
  readonly signal?: AbortSignal | undefined
}

/** Runs long queries, a piece at a time, each share in its turn. */
export interface Turns {
  /**
   * Runs work as soon as its share has its turn. The work awaits `pause` after each piece, so that other shares get theirs.
   *
   * @throws OVERLOADED if too much waits already, or the work took too long; the signal's reason if it is aborted in between
   */
  run<Result>(
    work: (pause: () => Promise<void>) => Promise<Result>,
    options?: ReadOptions | undefined,
  ): Promise<Result>
}

/** How turns are limited. */
export interface TurnLimits {
  /** Pieces of work at the same time. */
  readonly places: number
  /** Queries of one share that may wait to begin. */
  readonly waitingEach: number
  /** Queries of all shares that may wait to begin. */
  readonly waitingAll: number
  /** Milliseconds that the pieces of one query may take together. */
  readonly timeLimitMs: number
  /** Reads the clock that measures pieces, in milliseconds. @default performance.now */
  readonly nowMs?: () => number
}

interface Waiting {
  readonly begins: boolean
  readonly resolve: () => void
}

/** Creates turns: of the shares that wait, the one that waited longest comes next, however many queries each has. */
export function createTurns(limits: TurnLimits): Turns {
  const { places, waitingEach, waitingAll, timeLimitMs, nowMs = () => performance.now() } = limits
  /** By share. Those whose turn comes first are first. */
  const queues = new Map<string, Waiting[]>()
  let free = places
  let beginning = 0

  function admit(): void {
    for (const [share, [next, ...rest]] of queues) {
      if (free === 0) return
      queues.delete(share)
      if (rest.length > 0) queues.set(share, rest)
      if (next === undefined) continue
      free -= 1
      if (next.begins) beginning -= 1
      next.resolve()
    }
  }

  /** Not at once: requests and messages come in between two turns. */
  function leave(): void {
    free += 1
    setImmediate(admit)
  }

  function refuseExcess(share: string): void {
    const own = queues.get(share)?.filter(({ begins }) => begins).length ?? 0
    const [limit, received] = own >= waitingEach ? [waitingEach, own] : [waitingAll, beginning]
    if (received < limit) return
    const detail =
      limit === own
        ? `${limit} queries of this client wait already. Send fewer at the same time`
        : `${limit} queries wait already; try again later`
    throw new TintypeError('OVERLOADED', detail, { facts: { limit }, retryAfterSeconds: 1 })
  }

  async function enter(share: string, signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted()
    if (free > 0 && queues.size === 0) {
      free -= 1
      return
    }
    refuseExcess(share)
    beginning += 1
    await wait(share, { begins: true, signal })
  }

  function wait(
    share: string,
    { begins, signal }: { readonly begins: boolean; readonly signal: AbortSignal | undefined },
  ): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const queue = queues.get(share) ?? []
    const waiting: Waiting = { begins, resolve: settle(resolve) }
    // A share that has had its turn comes last, and what it has begun comes before what it has not.
    if (!begins) queues.delete(share)
    queues.set(share, begins ? [...queue, waiting] : [waiting, ...queue])
    const abandon = () => {
      const left = (queues.get(share) ?? []).filter((one) => one !== waiting)
      if (left.length > 0) queues.set(share, left)
      else queues.delete(share)
      if (begins) beginning -= 1
      reject(signal?.reason)
    }
    function settle(done: () => void) {
      return () => {
        signal?.removeEventListener('abort', abandon)
        done()
      }
    }
    signal?.addEventListener('abort', abandon, { once: true })
    return promise
  }

  return {
    async run(work, { share = '', signal } = {}) {
      await enter(share, signal)
      let spentMs = 0
      let beganMs = nowMs()
      let isInside = true
      const pause = async () => {
        spentMs += nowMs() - beganMs
        if (spentMs >= timeLimitMs) throw queryTooLong(timeLimitMs)
        signal?.throwIfAborted()
        isInside = false
        leave()
        await wait(share, { begins: false, signal })
        isInside = true
        beganMs = nowMs()
      }
      try {
        return await work(pause)
      } finally {
        if (isInside) leave()
      }
    },
  }
}

/** Runs work that pauses wherever it yields. */
export async function runPieces<Result>(
  pieces: Iterator<void, Result>,
  pause: () => Promise<void>,
): Promise<Result> {
  for (;;) {
    const piece = pieces.next()
    if (piece.done) return piece.value
    await pause()
  }
}

/** Runs the same work without a pause. */
export function runAtOnce<Result>(pieces: Iterator<void, Result>): Result {
  for (;;) {
    const piece = pieces.next()
    if (piece.done) return piece.value
  }
}
