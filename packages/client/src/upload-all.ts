import type { Photo, TintypeError } from '@tintype/contract'
import { openQueue } from './input-queue.ts'
import { toOwnError } from './own-error.ts'
import { trackAll, type UploadAllProgress } from './track-all.ts'
import type { UploadProgress } from './track-progress.ts'
import type { UploadInput } from './upload-input.ts'
import type { PhotoDescription, UploadOptions } from './upload-options.ts'

/** What became of one input. */
export type UploadOutcome<Input extends UploadInput = UploadInput> =
  | { readonly status: 'fulfilled'; readonly input: Input; readonly photo: Photo }
  | { readonly status: 'rejected'; readonly input: Input; readonly error: TintypeError }

/** How several photos are uploaded. */
export interface UploadAllOptions<Input extends UploadInput = UploadInput> {
  /**
   * How many are sent at once, 1 to 8; other numbers are brought into that range.
   *
   * @default 3
   */
  readonly concurrency?: number | undefined
  /** What is told about each photo. */
  readonly describe?: ((input: Input, index: number) => PhotoDescription) | undefined
  /** Called whenever one upload gets further, and once more when it has its outcome. */
  readonly onProgress?: ((progress: UploadAllProgress) => void) | undefined
  /** Aborting it ends all uploads: those without an outcome are rejected with `ABORTED`. */
  readonly signal?: AbortSignal | undefined
}

type Upload = (input: UploadInput, options: UploadOptions) => Promise<Photo>

/**
 * One outcome for each input, in their order. A file that fails does not end the others.
 *
 * @throws TintypeError `INVALID_REQUEST` where the iterable itself fails, after the uploads that had begun
 */
export async function uploadAll<Input extends UploadInput>(
  upload: Upload,
  inputs: Iterable<Input> | AsyncIterable<Input>,
  options: UploadAllOptions<Input> = {},
): Promise<UploadOutcome<Input>[]> {
  const { concurrency = 3, describe, signal, onProgress } = options
  const outcomes: UploadOutcome<Input>[] = []
  const queue = openQueue(inputs, signal)
  const tell = trackAll(queue, onProgress)

  async function work(): Promise<void> {
    for (let item = await queue.next(); item; item = await queue.next()) {
      const { index, input } = item
      try {
        const one = { ...describe?.(input, index), signal, onProgress: (p: UploadProgress) => tell(index, p) }
        outcomes[index] = { status: 'fulfilled', input, photo: await upload(input, one) }
      } catch (error) {
        outcomes[index] = {
          status: 'rejected',
          input,
          error: toOwnError(error, 'The photo could not be described'),
        }
      }
      tell(index)
    }
  }
  const width = Math.min(8, Math.max(1, Math.trunc(concurrency) || 1))
  const works = await Promise.allSettled(Array.from({ length: width }, work))
  for (const one of works) {
    if (one.status === 'rejected')
      throw toOwnError(one.reason, 'The list of files could not be read to its end')
  }
  return outcomes
}
