import { TintypeError } from '@tintype/contract'
import { abortable } from '../transport/abortable.ts'
import { toTintypeError } from '../transport/to-tintype-error.ts'

/** An input and its position. */
export interface QueuedInput<Input> {
  /** From 0. */
  readonly index: number
  readonly input: Input
}

/** Inputs that several workers read, one after the other. */
export interface InputQueue<Input> {
  /** Number of all inputs; `undefined` until an async iterable has ended. */
  readonly totalCount: number | undefined
  /** The next input; `undefined` at the end. Once the iterable has failed, every call rejects with its error. */
  next(): Promise<QueuedInput<Input> | undefined>
}

/**
 * Reads an iterable at once, so that every input gets its outcome. Reads an async one step by step, as far as it is needed,
 * and no further once the signal is aborted.
 *
 * @throws TintypeError `INVALID_REQUEST` if it is not an iterable, is a string, or fails at once
 */
export function openInputQueue<Input>(
  inputs: Iterable<Input> | AsyncIterable<Input>,
  signal: AbortSignal | undefined,
): InputQueue<Input> {
  // each letter of a string would be a path
  if (Object(inputs) !== inputs || !(Symbol.asyncIterator in inputs || Symbol.iterator in inputs))
    throw new TintypeError('INVALID_REQUEST', 'Expected an array of photos, or another iterable')
  try {
    return Symbol.asyncIterator in inputs
      ? openAsyncQueue(inputs[Symbol.asyncIterator](), signal)
      : openList([...inputs])
  } catch (cause) {
    throw toTintypeError(cause, unreadable)
  }
}

/** Message of the error if an iterable fails. */
export const unreadable = 'The list of files could not be read to its end'

function openList<Input>(list: readonly Input[]): InputQueue<Input> {
  let index = 0
  return {
    totalCount: list.length,
    async next() {
      return index < list.length ? { index, input: list[index++] as Input } : undefined
    },
  }
}

function openAsyncQueue<Input>(
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
