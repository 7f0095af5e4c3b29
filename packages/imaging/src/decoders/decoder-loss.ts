import { TintypeError, toCause } from '@tintype/contract'
import type { DecoderExit } from './fork-decoder.ts'

/**
 * Why a decoder is gone: it took too long or too much memory and was killed (`deadline`, `memory`), died before
 * it could be asked anything (`start`), or died of itself or of somebody else's signal (`crash`).
 */
export type DecoderLossReason = 'deadline' | 'memory' | 'start' | 'crash'

/** A decoder that ended though nobody wanted it to. For the log: never shown to strangers. */
export interface DecoderLoss extends DecoderExit {
  readonly reason: DecoderLossReason
}

/** What a request rejects with whose decoder was lost. Never leaves this package. */
export class DecoderLostError extends Error {
  override readonly name = 'DecoderLostError'
  readonly loss: DecoderLoss

  constructor(loss: DecoderLoss) {
    super(`decoder lost: ${loss.reason}`)
    this.loss = loss
  }
}

/** What a decoder may take for one image. */
export interface DecodeBudget {
  /** Wall-clock milliseconds. */
  readonly timeoutMs: number
  /** Bytes resident, with the 100 MB that it takes without any image. */
  readonly memoryByteSize: number
}

/** Tells the caller of a request what became of it. */
export function explainLoss(loss: DecoderLoss, { timeoutMs, memoryByteSize }: DecodeBudget): TintypeError {
  const { reason, exitCode, signal, stderr } = loss
  const cause = toCause(`The decoder ended with ${signal ?? exitCode} (${reason}): ${stderr}`)
  switch (reason) {
    case 'deadline': {
      const detail = `The image takes more than ${timeoutMs} ms to decode`
      return new TintypeError('TOO_MANY_PIXELS', detail, { cause, facts: { timeoutMs } })
    }
    case 'memory': {
      const detail = `The image takes more than ${memoryByteSize} bytes of memory to decode`
      return new TintypeError('TOO_MANY_PIXELS', detail, { cause, facts: { memoryByteSize } })
    }
    case 'crash':
      return new TintypeError('UNREADABLE_IMAGE', 'The image crashes its decoder', { cause })
    case 'start':
      // With an exit code of its own it is broken; else memory, processes or files ran out, which passes.
      return exitCode === null
        ? new TintypeError('OVERLOADED', 'No image decoder can be started now', {
            cause,
            retryAfterSeconds: 1,
          })
        : new TintypeError('INTERNAL', 'The image decoder cannot be started', { cause })
  }
}
