import { fromFailure } from '@tintype/contract'
import { createDecoderJob, type DecoderJob } from './decoder-job.ts'
import {
  type DecodeBudget,
  type DecoderLoss,
  type DecoderLossReason,
  DecoderLostError,
} from './decoder-loss.ts'
import type { DecoderReply, DecoderRequest } from './decoder-protocol.ts'
import { type DecoderExit, forkDecoder } from './fork-decoder.ts'

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

// A start takes 0.25 s where nothing else runs.
const startTimeoutMs = 30_000

/** Starts a decoder. Where that fails, whoever asks it is told. */
export function startDecoder({ entry, budget, onGone }: DecoderOptions): Decoder {
  const gone = Promise.withResolvers<void>()
  let isReady = false
  let isEnding = false
  let verdict: DecoderLossReason | undefined
  let lost: DecoderLostError | undefined
  let job: DecoderJob | undefined
  const starting = setTimeout(() => kill('start'), startTimeoutMs).unref()
  const child = forkDecoder(entry, { onReply, onExit })

  function kill(reason: DecoderLossReason): void {
    verdict ??= reason
    child.kill()
  }

  function onReply(reply: DecoderReply): void {
    // Its answer and its deadline crossed: it is as good as dead, and so is the answer.
    if (verdict) return
    if (reply.type === 'ready') {
      clearTimeout(starting)
      isReady = true
      job?.begin()
    } else if (reply.type === 'result') job?.resolve(reply.result)
    else job?.reject(fromFailure(reply.failure))
  }

  function onExit(exit: DecoderExit): void {
    clearTimeout(starting)
    lost = new DecoderLostError({ ...exit, reason: verdict ?? (isReady ? 'crash' : 'start') })
    onGone(isEnding ? undefined : lost.loss)
    job?.reject(lost)
    gone.resolve()
  }

  return {
    pid: child.pid,
    async ask(request) {
      if (lost) throw lost
      job = createDecoderJob({ budget, pid: child.pid, send: () => child.send(request), onExceeded: kill })
      child.keepAlive(true)
      if (isReady) job.begin()
      return job.answer.finally(() => {
        job = undefined
        child.keepAlive(false)
      })
    },
    end() {
      isEnding = true
      child.keepAlive(!lost)
      child.kill()
      return gone.promise
    },
  }
}
