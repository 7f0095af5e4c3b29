import { TintypeError, toCause } from '@tintype/contract'
import type { DecoderExit } from './fork-decoder.ts'

/**
 * Why a decoder is gone. It was killed because the image takes more processor time (`cpu`) or memory (`memory`) than its budget,
 * or because it was not done in time although it used little processor time (`deadline`). The system killed it or had no memory
 * for it (`starved`). It died before its first request (`start`), or crashed (`crash`).
 */
export const decoderLossReasons = ['cpu', 'memory', 'deadline', 'starved', 'start', 'crash'] as const
export type DecoderLossReason = (typeof decoderLossReasons)[number]

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
  /** Milliseconds of processor time. */
  readonly cpuMs: number
  /** Wall-clock milliseconds: longer than any image takes on a machine that is not overloaded. */
  readonly timeoutMs: number
  /** Resident bytes, including the 100 MB of a decoder without an image. */
  readonly memoryByteSize: number
}

/** What the C++ and C libraries write if the system has no memory for them. */
const outOfMemory = /bad_alloc|out of memory|cannot allocate memory/i

/**
 * Why a decoder that was not killed by the pool is gone. The kernel kills with SIGKILL when memory runs out, of the machine or of
 * a control group.
 */
export function reasonOf({ signal, stderr, wasUnreachable }: DecoderExit): DecoderLossReason {
  if (wasUnreachable) return 'crash'
  return signal === 'SIGKILL' || outOfMemory.test(stderr) ? 'starved' : 'crash'
}

/** The error of a request whose decoder was lost. What the machine lacked is OVERLOADED, and is not the image's fault. */
export function explainLoss(loss: DecoderLoss, { cpuMs, memoryByteSize }: DecodeBudget): TintypeError {
  const { reason, exitCode, signal, stderr } = loss
  const cause = toCause(`The decoder ended with ${signal ?? exitCode} (${reason}): ${stderr}`)
  const later = (detail: string) => new TintypeError('OVERLOADED', detail, { cause, retryAfterSeconds: 10 })
  switch (reason) {
    case 'cpu': {
      const detail = `The image takes more than ${cpuMs} ms of processor time to decode`
      return new TintypeError('TOO_MANY_PIXELS', detail, { cause, facts: { cpuMs } })
    }
    case 'memory': {
      const detail = `The image takes more than ${memoryByteSize} bytes of memory to decode`
      return new TintypeError('TOO_MANY_PIXELS', detail, { cause, facts: { memoryByteSize } })
    }
    case 'deadline':
      return later('The server had too little processor time to decode the image. Try again later')
    case 'starved':
      return later('The server had too little memory to decode the image. Try again later')
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
