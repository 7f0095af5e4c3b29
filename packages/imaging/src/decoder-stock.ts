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
  /** One without work, else a new one. The caller has it to himself until he gives it back. */
  take(): Decoder
  /** A new one, in place of one without work where there are as many as may be. */
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
  /** Those without work, the one that had some last at the end, each with the timer that ends it. */
  const idle = new Map<Decoder, NodeJS.Timeout>()

  function takeNew(): Decoder {
    const decoder = start(() => {
      takeIdle(decoder)
      decoders.delete(decoder)
    })
    decoders.add(decoder)
    return decoder
  }

  /** The most recent, unless one is named, so that the others may end. */
  function takeIdle(decoder = [...idle.keys()].at(-1)): Decoder | undefined {
    if (!decoder) return undefined
    clearTimeout(idle.get(decoder))
    return idle.delete(decoder) ? decoder : undefined
  }

  function giveBack(decoder: Decoder): void {
    if (!decoders.has(decoder)) return
    const end = () => void takeIdle(decoder)?.end()
    idle.set(decoder, setTimeout(end, idleTimeoutMs).unref())
  }

  return {
    take: () => takeIdle() ?? takeNew(),
    async takeFresh() {
      if (decoders.size >= size) await takeIdle()?.end()
      return takeNew()
    },
    giveBack,
    warm() {
      if (idle.size === 0 && decoders.size < size) giveBack(takeNew())
    },
    pids: () => [...decoders].flatMap(({ pid }) => pid ?? []),
    async [Symbol.asyncDispose]() {
      for (const decoder of [...idle.keys()]) takeIdle(decoder)
      await Promise.all([...decoders].map((decoder) => decoder.end()))
    },
  }
}
