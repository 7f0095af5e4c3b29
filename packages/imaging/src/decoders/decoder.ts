import { fromFailure, toFailure } from '@tintype/contract'
import {
  type DecodeBudget,
  type DecoderLoss,
  type DecoderLossReason,
  DecoderLostError,
  reasonOf,
} from './decoder-loss.ts'
import { type DecoderReply, type DecoderRequest, unforeseen } from './decoder-protocol.ts'
import { type DecoderExit, forkDecoder } from './fork-decoder.ts'
import { lowerPriority } from './lower-priority.ts'
import { watchUsage } from './usage-watch.ts'

/** A child process that decodes, one image at a time. It keeps this process alive only while it is at work. */
export interface Decoder {
  /** Absent if the system refused to start it. */
  readonly pid: number | undefined
  /**
   * Sends a request as soon as the process has started, and resolves with the answer; never called twice at once.
   *
   * @param options.isLow whether the decoder's priority is lowered before, for the rest of its life
   * @throws DecoderLostError if it is killed for what the request takes, or dies
   * @throws TintypeError as the task does
   */
  send(request: DecoderRequest, options?: { readonly isLow?: boolean }): Promise<unknown>
  /** Kills it; resolves when the system has removed it. It keeps nothing that a softer end could save. */
  end(): Promise<void>
}

/** How a decoder is started. */
export interface DecoderOptions {
  /** The module that the child runs. */
  readonly entry: URL
  /** Holds for each request, from when the child has started. */
  readonly budget: DecodeBudget
  /** Called once, when it is gone: with the loss, or without one if `end` was called. */
  readonly onGone: (loss: DecoderLoss | undefined) => void
}

/** The request under way: its answer, and the limits that hold from when it is sent. */
interface Job extends PromiseWithResolvers<unknown> {
  readonly request: DecoderRequest
  readonly isLow: boolean
  readonly limits: DisposableStack
}

// A start takes 0.25 s if nothing else runs.
const startTimeoutMs = 30_000

/** Starts a decoder. If that fails, `send` rejects. */
export function startDecoder({ entry, budget, onGone }: DecoderOptions): Decoder {
  const gone = Promise.withResolvers<void>()
  let isReady = false
  let isEnding = false
  let wasLowered = false
  let verdict: DecoderLossReason | undefined
  let lost: DecoderLostError | undefined
  let job: Job | undefined
  const starting = setTimeout(() => kill('start'), startTimeoutMs).unref()
  const child = forkDecoder(entry, { onReply, onExit })

  function kill(reason: DecoderLossReason): void {
    verdict ??= reason
    child.kill()
  }

  /** Sends the request, and from here on holds it to its budget. */
  function begin({ request, isLow, limits, reject }: Job): void {
    if (child.pid !== undefined) {
      if (isLow && !wasLowered) lowerPriority(child.pid)
      wasLowered ||= isLow
      limits.use(watchUsage(child.pid, { budget, onExceeded: kill }))
    }
    try {
      child.send(request)
    } catch (error) {
      // What cannot be cloned is thrown here, and must not end the process as it would from an event.
      reject(fromFailure(toFailure(error, unforeseen)))
    }
  }

  function onReply(reply: DecoderReply): void {
    // Its answer and its deadline crossed: it is about to die, and its answer does not count.
    if (verdict) return
    if (reply.type === 'ready') {
      clearTimeout(starting)
      isReady = true
      if (job) begin(job)
    } else if (reply.type === 'result') job?.resolve(reply.result)
    else job?.reject(fromFailure(reply.failure))
  }

  function onExit(exit: DecoderExit): void {
    clearTimeout(starting)
    lost = new DecoderLostError({ ...exit, reason: verdict ?? (isReady ? reasonOf(exit) : 'start') })
    onGone(isEnding ? undefined : lost.loss)
    job?.reject(lost)
    gone.resolve()
  }

  return {
    pid: child.pid,
    async send(request, { isLow = false } = {}) {
      if (lost) throw lost
      using limits = new DisposableStack()
      job = { ...Promise.withResolvers<unknown>(), request, isLow, limits }
      child.keepAlive(true)
      if (isReady) begin(job)
      try {
        return await job.promise
      } finally {
        job = undefined
        child.keepAlive(false)
      }
    },
    end() {
      isEnding = true
      child.keepAlive(!lost)
      child.kill()
      return gone.promise
    },
  }
}
