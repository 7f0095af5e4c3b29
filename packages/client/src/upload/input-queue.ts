import { TintypeError } from '@tintype/contract'
import { loadRarelyNeeded } from '../load-rarely-needed.ts'
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
export async function openInputQueue<Input>(
  inputs: Iterable<Input> | AsyncIterable<Input>,
  signal: AbortSignal | undefined,
): Promise<InputQueue<Input>> {
  try {
    // each letter of a string would be a path
    if (Object(inputs) === inputs) {
      if (Symbol.asyncIterator in inputs)
        return (await loadRarelyNeeded()).openAsyncQueue(inputs[Symbol.asyncIterator](), signal)
      if (Symbol.iterator in inputs) {
        const list = [...inputs]
        let index = 0
        return {
          totalCount: list.length,
          async next() {
            return index < list.length ? { index, input: list[index++] as Input } : undefined
          },
        }
      }
    }
  } catch (cause) {
    throw toTintypeError(cause, unreadable)
  }
  throw new TintypeError('INVALID_REQUEST', 'Expected an iterable of photos')
}

/** Message of the error if an iterable fails. */
export const unreadable = 'The list of files failed'
