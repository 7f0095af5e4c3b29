import { TintypeError, toCause } from '@tintype/contract'
import type { DecoderExit } from './fork-decoder.ts'

/**
 * Why a decoder is gone: it took too long or too much memory and was killed (`deadline`, `memory`), died before
 * its first request (`start`), or crashed or got a signal of another process (`crash`).
 */
export type DecoderLossReason = 'deadline' | 'memory' | 'start' | 'crash'

/** A decoder that ended though the pool did not end it. For the log; never sent to clients. */
export interface DecoderLoss extends DecoderExit {
  readonly reason: DecoderLossReason
}

/** Thrown when the decoder process exits during a request. Never leaves this package. */
export class DecoderLostError extends Error {
  override readonly name = 'DecoderLostError'
  readonly loss: DecoderLoss

  constructor(loss: DecoderLoss) {
    super(`decoder lost: ${loss.reason}`)
    this.loss = loss
  }
}

/** What one image may cost its decoder. */
export interface DecodeBudget {
  /** Wall-clock milliseconds. */
  readonly timeoutMs: number
  /** Resident bytes, including the 100 MB of a decoder without an image. */
  readonly memoryByteSize: number
}

/** The error of a request whose decoder was lost. */
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
      return new TintypeError(
        'UNREADABLE_IMAGE',
        'The image crashed two decoders, so it cannot be accepted',
        { cause },
      )
    case 'start':
      // An exit code of its own means that it is broken. Otherwise memory, processes or files ran out, which passes.
      return exitCode === null
        ? new TintypeError('OVERLOADED', 'No image decoder can be started at the moment', {
            cause,
            retryAfterSeconds: 1,
          })
        : new TintypeError('INTERNAL', 'The image decoder cannot be started', { cause })
  }
}
