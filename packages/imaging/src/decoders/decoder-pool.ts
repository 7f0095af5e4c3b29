import { extname } from 'node:path'
import { TintypeError } from '@tintype/contract'
import { type Decoder, startDecoder } from './decoder.ts'
import { type DecodeBudget, type DecoderLoss, DecoderLostError, explainLoss } from './decoder-loss.ts'
import type { DecoderRequest, DecoderTasks } from './decoder-protocol.ts'

/** How a pool of decoders behaves. */
export interface DecoderPoolOptions {
  /** Most decoders at once. The caller runs at most as many tasks. */
  readonly size: number
  /** Most decoders of lower priority, below `size`. @default 0 */
  readonly lowSize?: number
  /** How long a decoder without work is kept, in milliseconds. */
  readonly idleTimeoutMs: number
  /** What each request may take. */
  readonly budget: DecodeBudget
  /** Called for every decoder that ended though the pool did not end it. */
  readonly onDecoderLost?: ((loss: DecoderLoss) => void) | undefined
  /** The module that decoders run; another one only in tests. */
  readonly entry?: URL
}

/**
 * Decoders, started when they are needed and ended when they are not. Disposing it ends all of them at once, at work or
 * not; it resolves when the system has removed them.
 */
export interface DecoderPool extends AsyncDisposable {
  /**
   * Runs a task in a decoder. If the decoder dies, the task gets a second try in a new one, because the death may not be the
   * photo's fault; if the second decoder dies as well, the image is refused (B146).
   *
   * @throws TOO_MANY_PIXELS if it takes more processor time or memory than its budget (B144, B145)
   * @throws UNREADABLE_IMAGE if two decoders died of it
   * @throws OVERLOADED if the machine had too little time or memory for it, or the pool is disposed
   * @throws INTERNAL or OVERLOADED if none can be started; and what the task throws
   */
  run<Name extends keyof DecoderTasks>(
    task: Name,
    ...args: DecoderTasks[Name]['arguments']
  ): Promise<DecoderTasks[Name]['result']>
  /**
   * Runs a task that may wait, as `run` does: in a decoder of lower priority, if one is free or there may be one more. Beside
   * it `run` uses the other decoders first. A decoder whose priority was lowered keeps it until it ends; if there may be one
   * more decoder, it is started at once in its place.
   *
   * @see docs/adr/0042-work-that-may-wait-has-lower-priority.md
   */
  readonly runLow: DecoderPool['run']
  /** Starts a decoder for a request to come, unless one is idle or there are as many as allowed. */
  warm(): void
  /** Ids of the existing processes. */
  pids(): readonly number[]
}

/** Wires a pool. Nothing is started yet. */
export function createDecoderPool(options: DecoderPoolOptions): DecoderPool {
  const { size, lowSize = 0, budget, idleTimeoutMs, onDecoderLost, entry = ownEntry() } = options
  const decoders = new Set<Decoder>()
  /** Those of lower priority. */
  const low = new Set<Decoder>()
  /** Those without work, the most recently used last, each with the timer that ends it. */
  const idle = new Map<Decoder, NodeJS.Timeout>()
  let isDisposed = false

  function start(): Decoder {
    if (isDisposed) throw stopping()
    const decoder = startDecoder({
      entry,
      budget,
      onGone(loss) {
        removeIdle(decoder)
        decoders.delete(decoder)
        low.delete(decoder)
        if (loss) onDecoderLost?.(loss)
      },
    })
    decoders.add(decoder)
    return decoder
  }

  function removeIdle(decoder: Decoder | undefined): Decoder | undefined {
    if (!decoder) return undefined
    clearTimeout(idle.get(decoder))
    return idle.delete(decoder) ? decoder : undefined
  }

  /**
   * The most recently used one of this priority, so that the others may end. Else one of the other priority, unless it would be
   * a low one beside others at work and a new one may start.
   */
  function findIdle(isLow: boolean): Decoder | undefined {
    const free = [...idle.keys()].reverse()
    const isQuiet = idle.size === decoders.size
    const isAnyGood = isLow || isQuiet || decoders.size >= size
    return free.find((decoder) => low.has(decoder) === isLow) ?? (isAnyGood ? free[0] : undefined)
  }

  function addIdle(decoder: Decoder): void {
    if (!decoders.has(decoder)) return
    const end = () => void removeIdle(decoder)?.end()
    idle.set(decoder, setTimeout(end, idleTimeoutMs).unref())
  }

  /** One more, because others need it soon; until it is ready, those that are idle already come first. */
  function startAhead(): void {
    const ready = [...idle]
    idle.clear()
    addIdle(start())
    for (const [decoder, timer] of ready) idle.set(decoder, timer)
  }

  /** A new decoder, in place of an idle one if there are as many as allowed. */
  async function startFresh(): Promise<Decoder> {
    if (decoders.size >= size) await removeIdle([...idle.keys()].at(-1))?.end()
    return start()
  }

  async function send(decoder: Decoder, request: DecoderRequest, isLow: boolean): Promise<unknown> {
    if (isLow && low.size < lowSize && !low.has(decoder)) {
      low.add(decoder)
      if (decoders.size < size) startAhead()
    }
    try {
      return await decoder.send(request, { isLow: low.has(decoder) })
    } finally {
      if (!isDisposed) addIdle(decoder)
    }
  }

  async function sendTwice(request: DecoderRequest, isLow: boolean): Promise<unknown> {
    try {
      return await send(removeIdle(findIdle(isLow)) ?? start(), request, isLow)
    } catch (error) {
      if (isDisposed || !isWorthASecondTry(error)) throw explain(error)
    }
    try {
      return await send(await startFresh(), request, isLow)
    } catch (error) {
      throw explain(error)
    }
  }

  function explain(error: unknown): unknown {
    if (!(error instanceof DecoderLostError)) return error
    return isDisposed ? stopping() : explainLoss(error.loss, budget)
  }

  const runWith =
    (isLow: boolean): DecoderPool['run'] =>
    <Name extends keyof DecoderTasks>(task: Name, ...args: DecoderTasks[Name]['arguments']) => {
      const request = { task, arguments: args } as DecoderRequest
      return sendTwice(request, isLow) as Promise<DecoderTasks[Name]['result']>
    }

  return {
    run: runWith(false),
    runLow: runWith(true),
    warm() {
      if (!isDisposed && !findIdle(false) && decoders.size < size) addIdle(start())
    },
    pids: () => [...decoders].flatMap(({ pid }) => pid ?? []),
    async [Symbol.asyncDispose]() {
      isDisposed = true
      for (const decoder of [...idle.keys()]) removeIdle(decoder)
      await Promise.all([...decoders].map((decoder) => decoder.end()))
    },
  }
}

/** False if the decoder was killed for what the image takes: it would take that again. Or if there is no time left. */
function isWorthASecondTry(error: unknown): boolean {
  return error instanceof DecoderLostError && ['crash', 'starved', 'start'].includes(error.loss.reason)
}

/** The error of a request that comes, or still runs, when the pool is disposed. */
function stopping(): TintypeError {
  return new TintypeError('OVERLOADED', 'The server is stopping', { retryAfterSeconds: 1 })
}

/** The entry is beside this module, with the same ending: `.ts` in the repository, `.js` in the build. */
function ownEntry(): URL {
  return new URL(`./decoder-process${extname(import.meta.url)}`, import.meta.url)
}
