import type { Photo } from '@tintype/contract'
import { type ConnectionOptions, createConnection } from '../transport/connection.ts'
import type { RetryOptions } from './backoff.ts'
import { type UploadAllOptions, type UploadInputs, type UploadOutcome, uploadAll } from './upload-all.ts'
import type { UploadInput } from './upload-input.ts'
import type { UploadOptions } from './upload-options.ts'
import { createUpload } from './upload-photo.ts'

/** How a client reaches its server, and when it tries again. */
export interface UploaderOptions extends ConnectionOptions {
  /** When failed uploads are sent again. */
  readonly retry?: RetryOptions | undefined
}

/** Sends photos. */
export interface Uploader {
  /**
   * Uploads one photo. When the promise is fulfilled, the server has it for good.
   *
   * It is tried again, with the same `Idempotency-Key`, after failures that may pass (`error.retryable`), no
   * answer among them; a stream, which can be read only once, never is. A browser tells no answer that comes
   * while it still sends, such as `PAYLOAD_TOO_LARGE` for a file far above the limit, from a lost connection:
   * both can be `NETWORK_ERROR` there, so ask `system.limits` first.
   *
   * @throws TintypeError and nothing else: the server's codes; `NETWORK_ERROR` where no answer came, or, with
   * the fact `status`, a proxy's own 502, 503 or 504; `ABORTED` by the signal; `FILE_REQUIRED` where the input
   * cannot be read; `INTERNAL` with the fact `status` where something else than Tintype answered
   * @example
   * const photo = await tintype.upload(file, {
   *   alt: 'A cat asleep on a keyboard',
   *   onProgress: ({ fraction }) => { bar.value = fraction },
   *   signal: controller.signal,
   * })
   */
  upload(input: UploadInput, options?: UploadOptions): Promise<Photo>

  /**
   * Uploads many photos, a few at a time, and answers with one outcome for each, in their order. A file that
   * fails does not end the others.
   *
   * @throws TintypeError `INVALID_REQUEST` only where `inputs` is no iterable, is a single string, or itself fails
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
 * Makes a client that only uploads: about a third of the size of the whole one, without tRPC.
 *
 * @throws TintypeError `INVALID_REQUEST` where the URL is none of http(s), or is left out outside a page
 * @example
 * const { upload } = createUploader({ url: 'http://localhost:3000' })
 * const photo = await upload('./cat.jpg')
 */
export function createUploader(options: UploaderOptions = {}): Uploader {
  const upload = createUpload({ connection: createConnection(options), retry: options.retry })
  return { upload, uploadAll: (inputs, all) => uploadAll(upload, inputs, all) }
}
