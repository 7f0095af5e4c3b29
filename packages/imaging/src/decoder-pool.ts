import { extname } from 'node:path'
import { TintypeError } from '@tintype/contract'
import { type Decoder, startDecoder } from './decoder.ts'
import { type DecodeBudget, type DecoderLoss, DecoderLostError, explainLoss } from './decoder-loss.ts'
import type { DecoderRequest, DecoderTasks } from './decoder-protocol.ts'

/** How a pool of decoders behaves. */
export interface DecoderPoolOptions {
  /** Most decoders at once. Whoever asks sees to it that no more requests run at once. */
  readonly size: number
  /** What each request may take. */
  readonly budget: DecodeBudget
  /** How long a decoder without work is kept, in milliseconds. */
  readonly idleTimeoutMs: number
  /** Hears of every decoder that ended though the pool did not want it to. */
  readonly onDecoderLost?: ((loss: DecoderLoss) => void) | undefined
  /** The module that decoders run; another one only in tests. */
  readonly entry?: URL
}

/**
 * Decoders, started when they are needed and ended when they are not. Disposing it ends all of them at once,
 * whatever they do; it resolves when the system has taken them away.
 */
export interface DecoderPool extends AsyncDisposable {
  /**
   * Has a task done. A decoder that dies of itself costs a second try in a fresh one, so that a photo does not
   * suffer from a kill that was not its fault; one that takes that with it too is refused (B146).
   *
   * @throws TOO_MANY_PIXELS where it takes more than its budget (B144, B145)
   * @throws UNREADABLE_IMAGE where two decoders died of it
   * @throws INTERNAL or OVERLOADED where none can be started or the pool is disposed; and what the task throws
   */
  run<Name extends keyof DecoderTasks>(
    task: Name,
    ...args: DecoderTasks[Name]['arguments']
  ): Promise<DecoderTasks[Name]['result']>
  /** Starts a decoder unless one is idle or all are there, so that a request to come need not wait for its start. */
  warm(): void
  /** Ids of the processes there are. */
  pids(): readonly number[]
}

/** Wires a pool. Nothing is started yet. */
export function createDecoderPool(options: DecoderPoolOptions): DecoderPool {
  const { size, budget, idleTimeoutMs, onDecoderLost, entry = ownEntry() } = options
  const decoders = new Set<Decoder>()
  /** Those without work, the one that had some last at the end, with what ends them. */
  const idle = new Map<Decoder, NodeJS.Timeout>()
  let isDisposed = false

  function start(): Decoder {
    const decoder = startDecoder({
      entry,
      budget,
      onGone(loss) {
        takeIdle(decoder)
        decoders.delete(decoder)
        if (loss) onDecoderLost?.(loss)
      },
    })
    decoders.add(decoder)
    return decoder
  }

  /** Takes one out of those without work: the most recent, so that the others may end. */
  function takeIdle(decoder = [...idle.keys()].at(-1)): Decoder | undefined {
    if (!decoder) return undefined
    clearTimeout(idle.get(decoder))
    return idle.delete(decoder) ? decoder : undefined
  }

  function leaveIdle(decoder: Decoder): void {
    const end = () => void takeIdle(decoder)?.end()
    idle.set(decoder, setTimeout(end, idleTimeoutMs).unref())
  }

  async function startFresh(): Promise<Decoder> {
    if (decoders.size >= size) await takeIdle()?.end()
    return start()
  }

  async function ask(decoder: Decoder, request: DecoderRequest): Promise<unknown> {
    try {
      return await decoder.ask(request)
    } finally {
      if (decoders.has(decoder)) leaveIdle(decoder)
    }
  }

  async function askTwice(request: DecoderRequest): Promise<unknown> {
    try {
      return await ask(takeIdle() ?? start(), request)
    } catch (error) {
      if (!(error instanceof DecoderLostError)) throw error
      const { reason } = error.loss
      if (reason === 'deadline' || reason === 'memory') throw explainLoss(error.loss, budget)
      if (isDisposed) throw stopping()
    }
    const fresh = await startFresh()
    return ask(fresh, request).catch((error: unknown) => {
      throw error instanceof DecoderLostError ? explainLoss(error.loss, budget) : error
    })
  }

  return {
    run<Name extends keyof DecoderTasks>(task: Name, ...args: DecoderTasks[Name]['arguments']) {
      const request = { task, arguments: args } as DecoderRequest
      return askTwice(request) as Promise<DecoderTasks[Name]['result']>
    },
    warm() {
      if (!isDisposed && idle.size === 0 && decoders.size < size) leaveIdle(start())
    },
    pids: () => [...decoders].flatMap(({ pid }) => pid ?? []),
    async [Symbol.asyncDispose]() {
      isDisposed = true
      for (const timer of idle.values()) clearTimeout(timer)
      await Promise.all([...decoders].map((decoder) => decoder.end()))
    },
  }
}

function stopping(): TintypeError {
  return new TintypeError('OVERLOADED', 'The server is shutting down', { retryAfterSeconds: 1 })
}

/** The entry lies beside this module, with the same ending: `.ts` in the repository, `.js` where it was built. */
function ownEntry(): URL {
  return new URL(`./decoder-process${extname(import.meta.url)}`, import.meta.url)
}
