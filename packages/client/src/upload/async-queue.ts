import { abortable } from '../transport/abortable.ts'
import type { InputQueue, QueuedInput } from './input-queue.ts'

/** Reads an async iterable for several workers. A page loads this module only if it has one. */
export function openAsyncQueue<Input>(
  iterator: AsyncIterator<Input>,
  signal: AbortSignal | undefined,
): InputQueue<Input> {
  let count = 0
  let isAtEnd = false
  let turn: Promise<QueuedInput<Input> | undefined> = Promise.resolve(undefined)

  async function step(): Promise<QueuedInput<Input> | undefined> {
    if (isAtEnd) return undefined
    try {
      const { done, value } = await abortable(iterator.next(), signal)
      if (!done) return { index: count++, input: value }
    } catch (error) {
      if (!signal?.aborted) throw error
      iterator.return?.().catch(() => {}) // the caller cancelled, so this failure has no reader
    }
    isAtEnd = true
    return undefined
  }
  return {
    get totalCount() {
      return isAtEnd ? count : undefined
    },
    next() {
      turn = turn.then(step)
      return turn
    },
  }
}
