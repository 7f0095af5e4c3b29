import type { Photo, TintypeError } from '@tintype/contract'
import { loadRarelyNeeded } from '../load-rarely-needed.ts'
import { callListener } from '../transport/call-listener.ts'
import { toTintypeError } from '../transport/to-tintype-error.ts'
import { openInputQueue, type QueuedInput, unreadable } from './input-queue.ts'
import { trackAll, type UploadAllProgress } from './track-all.ts'
import type { UploadInput } from './upload-input.ts'
import type { UploadOptions } from './upload-options.ts'

/** Several inputs, such as an array, a `FileList` or a generator. Not a string, which is one path. */
export type UploadInputs<Input extends UploadInput = UploadInput> = object &
  (Iterable<Input> | AsyncIterable<Input>)

/** The result of one input. */
export type UploadOutcome<Input extends UploadInput = UploadInput> =
  | { readonly status: 'fulfilled'; readonly input: Input; readonly photo: Photo }
  | { readonly status: 'rejected'; readonly input: Input; readonly error: TintypeError }

/** The outcome of one input, reported before the others have theirs. */
export interface SettledUpload<Input extends UploadInput = UploadInput> {
  /** Position of the input, from 0. */
  readonly index: number
  readonly outcome: UploadOutcome<Input>
}

/** How several photos are uploaded. */
export interface UploadAllOptions<Input extends UploadInput = UploadInput> {
  /**
   * How many are sent at once, 1 to 8. Lower and higher numbers become 1 and 8.
   *
   * @default 3
   */
  readonly concurrency?: number | undefined
  /** The description of each photo, and a signal that cancels only its upload. */
  readonly optionsFor?: ((input: Input, index: number) => Omit<UploadOptions, 'onProgress'>) | undefined
  /** Called when one upload progresses, and once more when it has its outcome. */
  readonly onProgress?: ((progress: UploadAllProgress) => void) | undefined
  /** Called with each outcome as soon as it is known. */
  readonly onOutcome?: ((settled: SettledUpload<Input>) => void) | undefined
  /** Aborting it cancels all uploads: those without an outcome are rejected with `ABORTED`. */
  readonly signal?: AbortSignal | undefined
}

type Upload = (input: UploadInput, options: UploadOptions) => Promise<Photo>

/**
 * Resolves with one outcome for each input, in their order. If one file fails, the others are still sent.
 *
 * @throws TintypeError `INVALID_REQUEST` if `inputs` is not an iterable, is a string, or fails itself; if an async one fails,
 * after the uploads that had begun
 */
export async function uploadAll<Input extends UploadInput>(
  upload: Upload,
  inputs: UploadInputs<Input>,
  options?: UploadAllOptions<Input>,
): Promise<UploadOutcome<Input>[]> {
  const { concurrency = 3, optionsFor, signal, onProgress, onOutcome } = options ?? {}
  const outcomes: UploadOutcome<Input>[] = []
  const queue = await openInputQueue(inputs, signal)
  const report = trackAll(queue, onProgress)

  async function uploadOne({ index, input }: QueuedInput<Input>): Promise<UploadOutcome<Input>> {
    try {
      const own = optionsFor?.(input, index)
      const send = (one: AbortSignal | undefined) =>
        upload(input, { ...own, signal: one, onProgress: (progress) => report(index, progress) })
      const photo = await (own?.signal
        ? (await loadRarelyNeeded()).followSignals([signal, own.signal], (either) => send(either.signal))
        : send(signal))
      return { status: 'fulfilled', input, photo }
    } catch (error) {
      return { status: 'rejected', input, error: toTintypeError(error, 'optionsFor failed') }
    }
  }
  async function work(): Promise<void> {
    for (let item = await queue.next(); item; item = await queue.next()) {
      const { index } = item
      const outcome = await uploadOne(item)
      outcomes[index] = outcome
      report(index)
      callListener(onOutcome, { index, outcome })
    }
  }
  const length = Math.min(8, Math.max(1, concurrency) || 1)
  for (const one of await Promise.allSettled(Array.from({ length }, work))) {
    if (one.status === 'rejected') throw toTintypeError(one.reason, unreadable)
  }
  return outcomes
}
