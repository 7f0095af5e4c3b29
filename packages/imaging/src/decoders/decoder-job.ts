import { fromFailure, toFailure } from '@tintype/contract'
import type { DecodeBudget } from './decoder-loss.ts'
import { unforeseen } from './decoder-protocol.ts'
import { watchMemory } from './memory-watch.ts'

/** One request to a decoder, and what it may take. Resolve or reject it once; that ends its limits. */
export interface DecoderJob {
  /** Settles as the job does. */
  readonly answer: Promise<unknown>
  /** Sends the request, and from here on holds it to its budget. */
  begin(): void
  resolve(result: unknown): void
  reject(error: Error): void
}

/** How a job is done. */
export interface DecoderJobOptions {
  readonly budget: DecodeBudget
  /** The process at work. */
  readonly pid: number | undefined
  readonly send: () => void
  readonly onExceeded: (reason: 'deadline' | 'memory') => void
}

/** Makes a job of which nothing has begun yet. */
export function createDecoderJob({ budget, pid, send, onExceeded }: DecoderJobOptions): DecoderJob {
  const { promise, resolve, reject } = Promise.withResolvers<unknown>()
  const limits = new DisposableStack()
  function fail(error: Error): void {
    limits.dispose()
    reject(error)
  }
  return {
    answer: promise,
    begin() {
      limits.adopt(
        setTimeout(() => onExceeded('deadline'), budget.timeoutMs),
        clearTimeout,
      )
      const limitByteSize = budget.memoryByteSize
      if (pid !== undefined)
        limits.use(watchMemory(pid, { limitByteSize, onExceeded: () => onExceeded('memory') }))
      try {
        send()
      } catch (error) {
        // What cannot be cloned is thrown here, and must not end the process as it would from an event.
        fail(fromFailure(toFailure(error, unforeseen)))
      }
    },
    resolve(result) {
      limits.dispose()
      resolve(result)
    },
    reject: fail,
  }
}
