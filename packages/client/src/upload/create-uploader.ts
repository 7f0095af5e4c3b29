import type { Photo } from '@tintype/contract'
import type { RetryOptions } from '../transport/backoff.ts'
import { type ConnectionOptions, createConnection } from '../transport/connection.ts'
import { type UploadAllOptions, type UploadInputs, type UploadOutcome, uploadAll } from './upload-all.ts'
import type { UploadInput } from './upload-input.ts'
import type { UploadOptions } from './upload-options.ts'
import { createUpload } from './upload-photo.ts'

/** The server of a client, and when failed requests are sent again. */
export interface UploaderOptions extends ConnectionOptions {
  /** When failed uploads and queries are sent again. Mutations never are. */
  readonly retry?: RetryOptions | undefined
}

/** Uploads photos. */
export interface Uploader {
  /**
   * Uploads one photo. When the promise is fulfilled, the photo is stored durably.
   *
   * The upload is sent again, with the same `Idempotency-Key`, after failures that can pass (`error.retryable`), a missing
   * answer included: 120 seconds without an answer, or 30 without progress, end an attempt. Outside of browsers, a stream is not
   * sent again, because it can be read only once, unless its token was refused before anything of it was read. In a page the file
   * is checked first, see `check`.
   *
   * @throws TintypeError and nothing else: the server's codes; `NETWORK_ERROR` if no answer came, or, with the fact
   * `status`, if a proxy could not reach the server; `ABORTED` by the signal; `FILE_REQUIRED` if the input cannot be read;
   * `UNEXPECTED_ANSWER` if the answer did not come from Tintype
   * @example
   * const photo = await tintype.upload(file, {
   *   alt: 'A cat asleep on a keyboard',
   *   onProgress: ({ fraction }) => { bar.value = fraction },
   *   signal: controller.signal,
   * })
   */
  upload(input: UploadInput, options?: UploadOptions): Promise<Photo>

  /**
   * Uploads many photos, a few at a time. Resolves with one outcome for each input, in their order. If one file fails, the
   * others are still sent.
   *
   * @throws TintypeError `INVALID_REQUEST` only if `inputs` is not an iterable, is a string, or fails itself
   * @example
   * for (const outcome of await tintype.uploadAll(input.files, { concurrency: 3 })) {
   *   if (outcome.status === 'rejected') console.warn(outcome.input.name, outcome.error.code)
   * }
   */
  uploadAll<Input extends UploadInput>(
    inputs: UploadInputs<Input>,
    options?: UploadAllOptions<Input>,
  ): Promise<UploadOutcome<Input>[]>
}

/**
 * Makes a client that only uploads. It has about two thirds of the size of the whole client.
 *
 * @throws TintypeError `INVALID_REQUEST` if the URL is neither http(s) nor root-relative
 * @example
 * const { upload } = createUploader({ url: 'http://localhost:3000' })
 * const photo = await upload('./cat.jpg')
 */
export function createUploader(options: UploaderOptions = {}): Uploader {
  const upload = createUpload(createConnection(options), options.retry)
  return { upload, uploadAll: (inputs, all) => uploadAll(upload, inputs, all) }
}
