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
   * Replaces the size by the real one. From now on the bytes only wait for the client to read them. To be called again for each
   * piece that is sent.
   */
  answered(byteSize: number): void
  /** The client has read the piece, and waits for the next one: the answer is not cut off meanwhile. */
  taken(): void
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

/** What one caller has in use. */
interface Account {
  readonly share: string
  /** Bytes. */
  used: number
  /** Of these, the ones of connections that are being closed. */
  leaving: number
  reservations: number
  /** Its answers that clients have still to read, the one that was unread for the longest time first. None is being cut off. */
  readonly unread: Set<Held>
}

interface Held {
  readonly account: Account
  byteSize: number
  unreadSinceMs: number
  isCut: boolean
  readonly cut: () => void
}

/** A call that waits. */
interface Waiting {
  readonly share: string
  readonly byteSize: number
  readonly enter: () => void
}

/** Creates the memory of one server's calls. */
export function createCallMemory(limits: CallMemoryLimits = callMemoryLimits): CallMemory {
  const accounts = new Map<string, Account>()
  /** None is empty. */
  const queues = new Map<string, Set<Waiting>>()
  let used = 0
  let leaving = 0
  /** While calls wait: an answer that blocks them may have been unread for long enough by now. */
  let looking: NodeJS.Timeout | undefined

  const usedBy = (share: string) => accounts.get(share)?.used ?? 0

  /** A caller without anything in use always has room, so that no size is refused for ever. */
  function hasRoom({ share, byteSize }: Pick<Waiting, 'share' | 'byteSize'>): boolean {
    const own = usedBy(share)
    return own === 0 || (own + byteSize <= limits.maxEach && used + byteSize <= limits.maxAll)
  }

  /**
   * The first call of each caller enters if it has room, then the next one. Cuts off one unread answer of each caller that
   * is in its own way, and one of all if the memory of all is in use.
   */
  function admitAll(): void {
    let poorest: Waiting | undefined
    for (const queue of [...queues.values()]) {
      const blocked = admit(queue)
      if (!blocked || makeOwnRoom(blocked)) continue
      if (!poorest || usedBy(blocked.share) < usedBy(poorest.share)) poorest = blocked
    }
    if (poorest) makeRoom(poorest)
  }

  /** Returns the first call that has no room. */
  function admit(queue: ReadonlySet<Waiting>): Waiting | undefined {
    for (const waiting of queue) {
      if (!hasRoom(waiting)) return waiting
      waiting.enter()
    }
    return undefined
  }

  /** Returns whether the caller's own answers are in its way. Cuts off one of them, if it was unread for too long. */
  function makeOwnRoom({ share, byteSize }: Pick<Waiting, 'share' | 'byteSize'>): boolean {
    const account = accounts.get(share)
    if (!account || account.used === 0 || account.used + byteSize <= limits.maxEach) return false
    const { ownUnreadMs } = limits
    if (ownUnreadMs !== undefined && account.used - account.leaving + byteSize > limits.maxEach)
      cutOff(dueOf(account, ownUnreadMs))
    return true
  }

  /**
   * Cuts off the answer that has been unread for the longest time, of the caller that has the most memory, if the memory of all is in
   * use. Never one of a caller that has less than this one.
   */
  function makeRoom({ share, byteSize }: Pick<Waiting, 'share' | 'byteSize'>): void {
    if (used - leaving + byteSize <= limits.maxAll) return
    let chosen: Held | undefined
    let most = usedBy(share)
    for (const account of accounts.values()) {
      if (account.used < most) continue
      const due = dueOf(account, limits.unreadMs)
      const isOlder = due && (!chosen || due.unreadSinceMs < chosen.unreadSinceMs)
      if (!due || (account.used === most && !isOlder)) continue
      chosen = due
      most = account.used
    }
    cutOff(chosen)
  }

  function dueOf({ unread }: Account, forMs: number): Held | undefined {
    const [oldest] = unread
    return oldest && oldest.unreadSinceMs <= performance.now() - forMs ? oldest : undefined
  }

  function cutOff(held: Held | undefined): void {
    if (!held) return
    const { account, byteSize } = held
    account.unread.delete(held)
    held.isCut = true
    account.leaving += byteSize
    leaving += byteSize
    held.cut()
  }

  function resize(held: Held, byteSize: number): void {
    const { account, isCut } = held
    const difference = byteSize - held.byteSize
    held.byteSize = byteSize
    used += difference
    account.used += difference
    if (!isCut) return
    leaving += difference
    account.leaving += difference
  }

  function hold({ share, byteSize, cut }: { share: string; byteSize: number; cut: () => void }): Reservation {
    const known = accounts.get(share)
    const account = known ?? { share, used: 0, leaving: 0, reservations: 0, unread: new Set() }
    if (!known) accounts.set(share, account)
    const held: Held = { account, byteSize: 0, unreadSinceMs: 0, isCut: false, cut }
    account.reservations += 1
    resize(held, byteSize)
    let isHeld = true
    return {
      answered(real) {
        if (!isHeld) return
        const isSmaller = real < held.byteSize
        resize(held, real)
        account.unread.delete(held)
        held.unreadSinceMs = performance.now()
        if (!held.isCut) account.unread.add(held)
        if (isSmaller) admitAll()
      },
      taken: () => void account.unread.delete(held),
      [Symbol.dispose]() {
        if (!isHeld) return
        isHeld = false
        resize(held, 0)
        account.unread.delete(held)
        account.reservations -= 1
        if (account.reservations === 0) accounts.delete(share)
        admitAll()
      },
    }
  }

  return {
    async reserve(byteSize, { share, signal, cut }) {
      signal.throwIfAborted()
      const call = { share, byteSize, cut }
      const queue = queues.get(share) ?? new Set()
      if (queue.size === 0) {
        if (!makeOwnRoom(call)) makeRoom(call)
        if (hasRoom(call)) return hold(call)
      }
      if (queue.size >= limits.maxWaiting) throw full(limits.maxEach)
      queues.set(share, queue)
      looking ??= setInterval(admitAll, lookMs)
      return await new Promise<Reservation>((resolve, reject) => {
        const leave = () => {
          clearTimeout(timer)
          signal.removeEventListener('abort', abandon)
          queue.delete(waiting)
          if (queue.size === 0) queues.delete(share)
          if (queues.size > 0) return
          clearInterval(looking)
          looking = undefined
        }
        const waiting: Waiting = {
          share,
          byteSize,
          enter() {
            leave()
            resolve(hold(call))
          },
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
        queue.add(waiting)
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
