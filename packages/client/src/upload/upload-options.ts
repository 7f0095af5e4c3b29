import type { UploadProgress } from './track-progress.ts'

/** What is told about a photo when it is uploaded. */
export interface PhotoDescription {
  /**
   * Kept as data, never as a path.
   *
   * @default the name of the file, where the input has one
   */
  readonly filename?: string | undefined
  readonly title?: string | undefined
  /** Text for those who cannot see the picture. */
  readonly alt?: string | undefined
  readonly tags?: readonly string[] | undefined
  /**
   * Names this upload: sent again with the same key, the same bytes make no second photo but give the first
   * answer again; other bytes fail with `IDEMPOTENCY_CONFLICT`.
   *
   * @default a random one for each call, the same for all its attempts
   */
  readonly idempotencyKey?: string | undefined
}

/** How one photo is uploaded. */
export interface UploadOptions extends PhotoDescription {
  /** Called at the start, while bytes leave, and once with `fraction: 1` when the server has the photo. */
  readonly onProgress?: ((progress: UploadProgress) => void) | undefined
  /** Aborting it ends the request, or the wait for the next attempt; the upload fails with `ABORTED`. */
  readonly signal?: AbortSignal | undefined
}
