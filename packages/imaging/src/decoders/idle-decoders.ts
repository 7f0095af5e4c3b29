import { TintypeError } from '@tintype/contract'
import type { Decoder } from './decoder.ts'

/** How many decoders are kept, and how long. */
export interface DecoderStockOptions {
  /** Most decoders at once. Whoever takes them sees to it that no more are at work. */
  readonly size: number
  /** How long a decoder without work is kept, in milliseconds. */
  readonly idleTimeoutMs: number
  /** Starts one; it calls `onGone` when it is gone, for whatever reason. */
  readonly start: (onGone: () => void) => Decoder
}

/** Knows which decoders there are, and which of them are without work. Disposing it ends all of them at once. */
export interface DecoderStock extends AsyncDisposable {
  /** Whether it was told to end, from then on. */
  readonly isDisposed: boolean
  /**
   * One without work, else a new one. The caller has it to itself until it gives it back.
   *
   * @param pid of the one that is preferred
   * @throws OVERLOADED where the stock was disposed
   */
  take(pid?: number): Decoder
  /** Whether somebody has taken such a process. One that is being ended is not at work: no task ends with it. */
  isAtWork(pid: number): boolean
  /**
   * A new one, in place of one without work where there are as many as may be.
   *
   * @throws OVERLOADED where the stock was disposed
   */
  takeFresh(): Promise<Decoder>
  /** Takes one back; nothing happens if it is gone. */
  giveBack(decoder: Decoder): void
  /** Starts one that is without work at first, unless there is such a one or there are as many as may be. */
  warm(): void
  /** Ids of the processes there are. */
  pids(): readonly number[]
}

/** Wires a stock that is empty. */
export function createDecoderStock({ size, idleTimeoutMs, start }: DecoderStockOptions): DecoderStock {
  const decoders = new Set<Decoder>()
  /** Those that somebody has: neither without work nor on their way out. */
  const taken = new Set<Decoder>()
  /** Those without work, the one that had some last at the end, each with the timer that ends it. */
  const idle = new Map<Decoder, NodeJS.Timeout>()
  let isDisposed = false

  function takeNew(): Decoder {
    if (isDisposed) throw stopping()
    const decoder = start(() => {
      removeIdle(decoder)
      taken.delete(decoder)
      decoders.delete(decoder)
    })
    decoders.add(decoder)
    taken.add(decoder)
    return decoder
  }

  /** The most recent, unless one is named, so that the others may end. */
  function removeIdle(decoder = [...idle.keys()].at(-1)): Decoder | undefined {
    if (!decoder) return undefined
    clearTimeout(idle.get(decoder))
    return idle.delete(decoder) ? decoder : undefined
  }

  function takeIdle(pid: number | undefined): Decoder | undefined {
    const decoder = removeIdle(idle.keys().find((one) => one.pid === pid))
    if (decoder) taken.add(decoder)
    return decoder
  }

  function giveBack(decoder: Decoder): void {
    if (!taken.delete(decoder)) return
    const end = () => void removeIdle(decoder)?.end()
    idle.set(decoder, setTimeout(end, idleTimeoutMs).unref())
  }

  return {
    get isDisposed() {
      return isDisposed
    },
    take: (pid) => takeIdle(pid) ?? takeNew(),
    isAtWork: (pid) => taken.values().some((decoder) => decoder.pid === pid),
    async takeFresh() {
      if (decoders.size >= size) await removeIdle()?.end()
      return takeNew()
    },
    giveBack,
    warm() {
      if (!isDisposed && idle.size === 0 && decoders.size < size) giveBack(takeNew())
    },
    pids: () => [...decoders].flatMap(({ pid }) => pid ?? []),
    async [Symbol.asyncDispose]() {
      isDisposed = true
      for (const decoder of [...idle.keys()]) removeIdle(decoder)
      await Promise.all([...decoders].map((decoder) => decoder.end()))
    },
  }
}

/** What a request gets that comes, or is still there, when everything ends. */
export function stopping(): TintypeError {
  return new TintypeError('OVERLOADED', 'The server is shutting down', { retryAfterSeconds: 1 })
}
