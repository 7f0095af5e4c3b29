import {
  type DecodeBudget,
  type DecoderLoss,
  type DecoderLossReason,
  DecoderLostError,
} from './decoder-loss.ts'
import { type DecoderReply, type DecoderRequest, fromFailure } from './decoder-protocol.ts'
import { type DecoderExit, forkDecoder } from './fork-decoder.ts'
import { watchMemory } from './memory-watch.ts'

/** A child process that decodes, one image at a time. It does not keep this process alive unless it is at work. */
export interface Decoder {
  /** Absent where the system refused to start it. */
  readonly pid: number | undefined
  /**
   * Asks it, as soon as it has started; never twice at once.
   *
   * @throws DecoderLostError where it is killed for what the request takes, or dies
   * @throws TintypeError as the task does
   */
  ask(request: DecoderRequest): Promise<unknown>
  /** Kills it; resolves when the system has taken it away. It keeps nothing that a softer end could save. */
  end(): Promise<void>
}

/** How a decoder is started. */
export interface DecoderOptions {
  /** The module that the child runs. */
  readonly entry: URL
  /** Holds for each request, from when the child has started. */
  readonly budget: DecodeBudget
  /** Called once, when it is gone: with the loss, or without one if it was told to end. */
  readonly onGone: (loss: DecoderLoss | undefined) => void
}

interface Job extends PromiseWithResolvers<unknown> {
  readonly request: DecoderRequest
}

// A start takes 0.25 s where nothing else runs.
const startTimeoutMs = 30_000

/** Starts a decoder. Where that fails, whoever asks it is told. */
export function startDecoder({ entry, budget, onGone }: DecoderOptions): Decoder {
  const gone = Promise.withResolvers<void>()
  let isReady = false
  let isEnding = false
  let verdict: DecoderLossReason | undefined
  let lost: DecoderLostError | undefined
  let job: Job | undefined
  let limits: Disposable | undefined
  const starting = setTimeout(() => kill('start'), startTimeoutMs).unref()
  const child = forkDecoder(entry, { onReply, onExit })

  function kill(reason: DecoderLossReason): void {
    verdict ??= reason
    child.kill()
  }

  function begin({ request }: Job): void {
    limits = limit(child.pid, { budget, onExceeded: kill })
    child.send(request)
  }

  function takeJob(): Job | undefined {
    const taken = job
    limits?.[Symbol.dispose]()
    job = limits = undefined
    return taken
  }

  function onReply(reply: DecoderReply): void {
    // Its answer and its deadline crossed: it is as good as dead, and so is the answer.
    if (verdict) return
    if (reply.type === 'ready') {
      clearTimeout(starting)
      isReady = true
      if (job) begin(job)
    } else if (reply.type === 'result') takeJob()?.resolve(reply.result)
    else takeJob()?.reject(fromFailure(reply.failure))
  }

  function onExit(exit: DecoderExit): void {
    clearTimeout(starting)
    lost = new DecoderLostError({ ...exit, reason: verdict ?? (isReady ? 'crash' : 'start') })
    onGone(isEnding ? undefined : lost.loss)
    takeJob()?.reject(lost)
    gone.resolve()
  }

  return {
    pid: child.pid,
    async ask(request) {
      if (lost) throw lost
      job = { ...Promise.withResolvers<unknown>(), request }
      child.keepAlive(true)
      if (isReady) begin(job)
      return job.promise.finally(() => child.keepAlive(false))
    },
    end() {
      isEnding = true
      child.keepAlive(!lost)
      child.kill()
      return gone.promise
    },
  }
}

function limit(
  pid: number | undefined,
  options: { readonly budget: DecodeBudget; readonly onExceeded: (reason: DecoderLossReason) => void },
): Disposable {
  const { budget, onExceeded } = options
  const deadline = setTimeout(() => onExceeded('deadline'), budget.timeoutMs)
  const limitByteSize = budget.memoryByteSize
  const watch = pid && watchMemory(pid, { limitByteSize, onExceeded: () => onExceeded('memory') })
  return {
    [Symbol.dispose]() {
      clearTimeout(deadline)
      if (watch) watch[Symbol.dispose]()
    },
  }
}
