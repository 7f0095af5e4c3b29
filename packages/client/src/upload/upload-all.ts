import type { Photo, TintypeError } from '@tintype/contract'
import { toOwnError } from '../transport/to-tintype-error.ts'
import { openQueue, type QueuedInput, unreadable } from './input-queue.ts'
import { trackAll, type UploadAllProgress } from './track-all.ts'
import { callBack } from './track-progress.ts'
import type { UploadInput } from './upload-input.ts'
import type { UploadOptions } from './upload-options.ts'

/** Several inputs: an array, a `FileList`, a generator. A string is one path, so it is none of these. */
export type UploadInputs<Input extends UploadInput = UploadInput> = object &
  (Iterable<Input> | AsyncIterable<Input>)

/** What became of one input. */
export type UploadOutcome<Input extends UploadInput = UploadInput> =
  | { readonly status: 'fulfilled'; readonly input: Input; readonly photo: Photo }
  | { readonly status: 'rejected'; readonly input: Input; readonly error: TintypeError }

/** An outcome before all of them are there. */
export interface SettledUpload<Input extends UploadInput = UploadInput> {
  /** Which input this is, from 0. */
  readonly index: number
  readonly outcome: UploadOutcome<Input>
}

/** How several photos are uploaded. */
export interface UploadAllOptions<Input extends UploadInput = UploadInput> {
  /**
   * How many are sent at once, 1 to 8; other numbers are brought into that range.
   *
   * @default 3
   */
  readonly concurrency?: number | undefined
  /** What is told about each photo, and a signal that ends its upload alone. */
  readonly optionsFor?: ((input: Input, index: number) => Omit<UploadOptions, 'onProgress'>) | undefined
  /** Called whenever one upload gets further, and once more when it has its outcome. */
  readonly onProgress?: ((progress: UploadAllProgress) => void) | undefined
  /** Called with each outcome as soon as it is there. */
  readonly onOutcome?: ((settled: SettledUpload<Input>) => void) | undefined
  /** Aborting it ends all uploads: those without an outcome are rejected with `ABORTED`. */
  readonly signal?: AbortSignal | undefined
}

type Upload = (input: UploadInput, options: UploadOptions) => Promise<Photo>

/**
 * One outcome for each input, in their order. A file that fails does not end the others.
 *
 * @throws TintypeError `INVALID_REQUEST` where `inputs` is no iterable, is a string, or itself fails: an async one
 * after the uploads that had begun
 */
export async function uploadAll<Input extends UploadInput>(
  upload: Upload,
  inputs: UploadInputs<Input>,
  options: UploadAllOptions<Input> = {},
): Promise<UploadOutcome<Input>[]> {
  const { concurrency = 3, optionsFor, signal, onProgress, onOutcome } = options
  const outcomes: UploadOutcome<Input>[] = []
  const queue = openQueue(inputs, signal)
  const tell = trackAll(queue, onProgress)

  async function uploadOne({ index, input }: QueuedInput<Input>): Promise<UploadOutcome<Input>> {
    try {
      const own = optionsFor?.(input, index)
      const signals = [signal, own?.signal].filter((one) => one !== undefined)
      const photo = await upload(input, {
        ...own,
        signal: signals.length > 1 ? AbortSignal.any(signals) : signals[0],
        onProgress: (progress) => tell(index, progress),
      })
      return { status: 'fulfilled', input, photo }
    } catch (error) {
      return { status: 'rejected', input, error: toOwnError(error, 'The options of a photo failed') }
    }
  }
  async function work(): Promise<void> {
    for (let item = await queue.next(); item; item = await queue.next()) {
      const { index } = item
      const outcome = await uploadOne(item)
      outcomes[index] = outcome
      tell(index)
      if (onOutcome) callBack(onOutcome, { index, outcome })
    }
  }
  const width = Math.min(8, Math.max(1, Math.trunc(concurrency) || 1))
  const works = await Promise.allSettled(Array.from({ length: width }, work))
  for (const one of works) {
    if (one.status === 'rejected') throw toOwnError(one.reason, unreadable)
  }
  return outcomes
}
