import { TintypeError } from '@tintype/contract'

/** Memory that calls may use for their bodies and answers, or media for theirs, shared by caller. */
export interface CallMemory {
  /**
   * Resolves when the caller has room for so many bytes. Dispose it when the answer has been sent.
   *
   * @throws OVERLOADED if there was none in time, or too many wait; the signal's reason if it is aborted in between
   */
  reserve(byteSize: number, options: ReserveOptions): Promise<Reservation>
}

/** Whose memory it is. */
export interface ReserveOptions {
  readonly share: string
  readonly signal: AbortSignal
  /** Closes the connection whose answer waits, because all of the memory is in use, and no caller has more of it. */
  readonly cut: () => void
}

/** Memory in use. */
export interface Reservation extends Disposable {
  /**
   * Replaces the size by the real one. From now on the bytes only wait for the client to read them. To be called again when the
   * client has read some of them.
   */
  answered(byteSize: number): void
}

/** How memory is limited. */
export interface CallMemoryLimits {
  /** Bytes of one caller. */
  readonly maxEach: number
  /** Bytes of all callers. */
  readonly maxAll: number
  /** Calls of one caller that may wait for memory. */
  readonly maxWaiting: number
  /** Milliseconds that a call waits at most. */
  readonly waitMs: number
  /** Milliseconds after which an answer that is not read may be cut off when others need its memory. */
  readonly unreadMs: number
  /** The same when its own caller needs the memory. @default such an answer is never cut off */
  readonly ownUnreadMs?: number
}

/** The limits of a server. */
export const callMemoryLimits: CallMemoryLimits = {
  maxEach: 16 * 2 ** 20,
  maxAll: 128 * 2 ** 20,
  maxWaiting: 256,
  waitMs: 10_000,
  unreadMs: 2000,
}

/** Memory that the sending of one file needs at most: a piece that waits for the client. */
export const sentFileByteSize = 2 ** 17

/**
 * The limits of files that are being sent: 1 024 of one caller, which may be an office behind one address. A client on a slow
 * network may need some seconds for one piece.
 */
export const mediaMemoryLimits: CallMemoryLimits = {
  maxEach: 1024 * sentFileByteSize,
  maxAll: 2048 * sentFileByteSize,
  maxWaiting: 1024,
  waitMs: 15_000,
  unreadMs: 5000,
  ownUnreadMs: 10_000,
}

/** Milliseconds between two looks for unread answers while calls wait. */
const lookMs = 1000

interface Held {
  readonly share: string
  byteSize: number
  unreadSinceMs: number | undefined
  /** Whether its connection is being closed. */
  isCut: boolean
  readonly cut: () => void
}

/** Creates the memory of one server's calls. */
export function createCallMemory(limits: CallMemoryLimits = callMemoryLimits): CallMemory {
  const used = new Map<string, number>()
  /** Calls that wait, by share. Each admits itself if it has room, and returns whether it did. */
  const queues = new Map<string, Set<() => boolean>>()
  /** In the order of their beginning. */
  const all = new Set<Held>()
  let total = 0
  /** While calls wait: an answer that blocks them may have been unread for long enough by now. */
  let looking: NodeJS.Timeout | undefined

  function change(share: string, byteSize: number): void {
    total += byteSize
    const left = (used.get(share) ?? 0) + byteSize
    if (left === 0) used.delete(share)
    else used.set(share, left)
    if (byteSize < 0) admitAll()
  }

  function admitAll(): void {
    for (const queue of [...queues.values()]) admit(queue)
  }

  function admit(queue: ReadonlySet<() => boolean>): void {
    for (const tryToEnter of queue) if (!tryToEnter()) return
  }

  /** A caller without anything in use always has room, so that no size is refused for ever. */
  function hasRoom(share: string, byteSize: number): boolean {
    const own = used.get(share) ?? 0
    if (own > 0 && own + byteSize > limits.maxEach) {
      const { ownUnreadMs } = limits
      const isOwn = (held: Held) => held.share === share
      if (ownUnreadMs !== undefined && own - leaving(isOwn) + byteSize > limits.maxEach)
        cutUnread(ownUnreadMs, isOwn)
      return false
    }
    if (total + byteSize <= limits.maxAll) return true
    // Never one of a caller that has less than this one.
    if (total - leaving() + byteSize > limits.maxAll)
      cutUnread(limits.unreadMs, (held) => (used.get(held.share) ?? 0) >= own)
    return own === 0
  }

  /** Bytes whose connections are being closed. */
  function leaving(isCounted: (held: Held) => boolean = () => true): number {
    return [...all].reduce((sum, held) => sum + (held.isCut && isCounted(held) ? held.byteSize : 0), 0)
  }

  /** Cuts the answer that has been unread for the longest time, of the caller that has the most memory. */
  function cutUnread(forMs: number, mayBeCut: (held: Held) => boolean): void {
    const sinceMs = performance.now() - forMs
    const sizeOf = ({ share }: Held) => used.get(share) ?? 0
    let chosen: Held | undefined
    for (const held of all) {
      const { unreadSinceMs = Number.POSITIVE_INFINITY, isCut } = held
      if (isCut || unreadSinceMs > sinceMs || !mayBeCut(held)) continue
      const difference = chosen ? sizeOf(held) - sizeOf(chosen) : 1
      const isOlder = unreadSinceMs < (chosen?.unreadSinceMs ?? Number.POSITIVE_INFINITY)
      if (difference > 0 || (difference === 0 && isOlder)) chosen = held
    }
    if (!chosen) return
    chosen.isCut = true
    chosen.cut()
  }

  function hold(share: string, byteSize: number, cut: () => void): Reservation {
    const held: Held = { share, byteSize, unreadSinceMs: undefined, isCut: false, cut }
    all.add(held)
    change(share, byteSize)
    return {
      answered(real) {
        if (!all.has(held)) return
        const difference = real - held.byteSize
        held.byteSize = real
        held.unreadSinceMs = performance.now()
        change(share, difference)
      },
      [Symbol.dispose]() {
        if (all.delete(held)) change(share, -held.byteSize)
      },
    }
  }

  return {
    async reserve(byteSize, { share, signal, cut }) {
      signal.throwIfAborted()
      const queue = queues.get(share) ?? new Set()
      if (queue.size === 0 && hasRoom(share, byteSize)) return hold(share, byteSize, cut)
      if (queue.size >= limits.maxWaiting) throw full(limits.maxEach)
      queues.set(share, queue)
      looking ??= setInterval(admitAll, lookMs)
      return await new Promise<Reservation>((resolve, reject) => {
        const leave = () => {
          clearTimeout(timer)
          signal.removeEventListener('abort', abandon)
          queue.delete(tryToEnter)
          if (queue.size === 0) queues.delete(share)
          if (queues.size > 0) return
          clearInterval(looking)
          looking = undefined
        }
        const tryToEnter = () => {
          if (!hasRoom(share, byteSize)) return false
          leave()
          resolve(hold(share, byteSize, cut))
          return true
        }
        const abandon = () => {
          leave()
          reject(signal.reason)
        }
        const timer = setTimeout(() => {
          leave()
          reject(full(limits.maxEach))
        }, limits.waitMs)
        signal.addEventListener('abort', abandon, { once: true })
        queue.add(tryToEnter)
      })
    },
  }
}

function full(limit: number): TintypeError {
  return new TintypeError(
    'OVERLOADED',
    'Too many answers wait for this client. Read them, or ask for fewer photos or calls at the same time',
    { facts: { limit }, retryAfterSeconds: 1 },
  )
}
