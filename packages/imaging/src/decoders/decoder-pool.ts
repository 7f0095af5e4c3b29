import { extname } from 'node:path'
import { type Decoder, startDecoder } from './decoder.ts'
import { type DecodeBudget, type DecoderLoss, DecoderLostError, explainLoss } from './decoder-loss.ts'
import type { DecoderRequest, DecoderTasks } from './decoder-protocol.ts'
import { createDecoderStock, type DecoderStockOptions, stopping } from './idle-decoders.ts'

/** How a pool of decoders behaves. */
export interface DecoderPoolOptions extends Omit<DecoderStockOptions, 'start'> {
  /** What each request may take. */
  readonly budget: DecodeBudget
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
  /** Whether there is such a process, and it is at work. */
  isAtWork(pid: number): boolean
  /** Starts a decoder unless one is idle or all are there, so that a request to come need not wait for its start. */
  warm(): void
  /** Ids of the processes there are. */
  pids(): readonly number[]
}

/** Wires a pool. Nothing is started yet. */
export function createDecoderPool(options: DecoderPoolOptions): DecoderPool {
  const { size, budget, idleTimeoutMs, onDecoderLost, entry = ownEntry() } = options
  const stock = createDecoderStock({
    size,
    idleTimeoutMs,
    start: (forget) =>
      startDecoder({
        entry,
        budget,
        onGone(loss) {
          forget()
          if (loss) onDecoderLost?.(loss)
        },
      }),
  })

  async function ask(decoder: Decoder, request: DecoderRequest): Promise<unknown> {
    try {
      return await decoder.ask(request)
    } finally {
      stock.giveBack(decoder)
    }
  }

  async function askTwice(request: DecoderRequest): Promise<unknown> {
    try {
      return await ask(stock.take(keeperOf(request)), request)
    } catch (error) {
      if (stock.isDisposed || !isWorthASecondTry(error)) throw explain(error)
    }
    try {
      return await ask(await stock.takeFresh(), request)
    } catch (error) {
      throw explain(error)
    }
  }

  function explain(error: unknown): unknown {
    if (!(error instanceof DecoderLostError)) return error
    return stock.isDisposed ? stopping() : explainLoss(error.loss, budget)
  }

  return {
    run<Name extends keyof DecoderTasks>(task: Name, ...args: DecoderTasks[Name]['arguments']) {
      const request = { task, arguments: args } as DecoderRequest
      return askTwice(request) as Promise<DecoderTasks[Name]['result']>
    },
    isAtWork: (pid) => stock.isAtWork(pid),
    warm: () => stock.warm(),
    pids: () => stock.pids(),
    [Symbol.asyncDispose]: () => stock[Symbol.asyncDispose](),
  }
}

/** The process that has what the request is about; any other one has to say that it has not. */
function keeperOf(request: DecoderRequest): number | undefined {
  return request.task === 'renderPreview' ? request.arguments[0].pid : undefined
}

/** Not where the decoder was killed for what the image takes: it would take that again. */
function isWorthASecondTry(error: unknown): boolean {
  return error instanceof DecoderLostError && ['crash', 'start'].includes(error.loss.reason)
}

/** The entry lies beside this module, with the same ending: `.ts` in the repository, `.js` where it was built. */
function ownEntry(): URL {
  return new URL(`./decoder-process${extname(import.meta.url)}`, import.meta.url)
}
