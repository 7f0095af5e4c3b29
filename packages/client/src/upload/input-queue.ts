import { TintypeError } from '@tintype/contract'
import { orAbort } from '../transport/abortable.ts'
import { toOwnError } from '../transport/to-tintype-error.ts'

/** One input and its place among all. */
export interface QueuedInput<Input> {
  readonly index: number
  readonly input: Input
}

/** Inputs, handed out one after the other to however many ask. */
export interface InputQueue<Input> {
  /** All there are; `undefined` while an async iterable has not ended. */
  readonly totalCount: number | undefined
  /** `undefined` at the end. Rejects, now and from then on, with what the iterable failed with. */
  next(): Promise<QueuedInput<Input> | undefined>
}

/**
 * Reads an iterable at once, so that every input gets its outcome; an async one only as far as it is asked for,
 * one step at a time, and no further once the signal is aborted.
 *
 * @throws TintypeError `INVALID_REQUEST` where it is no iterable, is a string, or fails at once
 */
export function openQueue<Input>(
  inputs: Iterable<Input> | AsyncIterable<Input>,
  signal: AbortSignal | undefined,
): InputQueue<Input> {
  const given: unknown = inputs
  // the letters of a string would each be taken for a path
  if (
    typeof given !== 'object' ||
    given === null ||
    !(Symbol.asyncIterator in given || Symbol.iterator in given)
  )
    throw new TintypeError('INVALID_REQUEST', 'Several photos must be an iterable, such as an array of files')
  try {
    return Symbol.asyncIterator in inputs
      ? openAsyncQueue(inputs[Symbol.asyncIterator](), signal)
      : openList([...inputs])
  } catch (cause) {
    throw toOwnError(cause, unreadable)
  }
}

/** What is said of an iterable that fails. */
export const unreadable = 'The list of files could not be read to its end'

function openList<Input>(list: readonly Input[]): InputQueue<Input> {
  const entries = list.entries()
  return {
    totalCount: list.length,
    async next() {
      const { done, value } = entries.next()
      return done ? undefined : { index: value[0], input: value[1] }
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
      const { done, value } = await orAbort(iterator.next(), signal)
      if (!done) return { index: count++, input: value }
    } catch (error) {
      if (!signal?.aborted) throw error
      iterator.return?.().catch(() => {}) // its failure is of no interest to a caller who has left
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
