import type { Visibility } from '@tintype/contract'
import type { RetryOptions } from '../transport/backoff.ts'
import type { PrepareFile } from './prepare-file.ts'
import type { UploadProgress } from './track-progress.ts'

/** The description of a photo that is uploaded. */
export interface PhotoDescription {
  /**
   * Name of the photo's file. Only data, never part of a path.
   *
   * @default the name of the input, if it has one
   */
  readonly filename?: string | undefined
  readonly title?: string | undefined
  /** Text for people who cannot see the picture. */
  readonly alt?: string | undefined
  readonly tags?: readonly string[] | undefined
  /**
   * Owner of the photo, 1 to 200 visible ASCII characters. Only an API key without an owner of its own may choose one.
   *
   * @default the owner that the token, the key or the JWT names; else none
   */
  readonly owner?: string | undefined
  /**
   * Who may read the photo's media. `private` needs a server in closed mode.
   *
   * @default what the upload token says; else the server's default
   */
  readonly visibility?: Visibility | undefined
  /**
   * Names this upload. The same bytes with the same key make no second photo: the answer is that of the first upload. Other
   * bytes with the same key fail with `IDEMPOTENCY_CONFLICT`.
   *
   * @default a random one for each call, the same for all its attempts
   */
  readonly idempotencyKey?: string | undefined
}

/** How one photo is uploaded. */
export interface UploadOptions extends PhotoDescription {
  /** Called at the start, in each new phase, while bytes are sent, and once with `fraction: 1` when the server has the photo. */
  readonly onProgress?: ((progress: UploadProgress) => void) | undefined
  /** Aborting it cancels the request or the wait for the next attempt. The upload fails with `ABORTED`. */
  readonly signal?: AbortSignal | undefined
  /**
   * Whether to check the file before it is sent: its size, and that its first bytes are those of an image that the server accepts.
   * It fails with the code that the server would answer with, and `source` is `client`. A client reads the limits of its server once.
   *
   * @default true in pages
   */
  readonly check?: boolean | undefined
  /**
   * Changes the file before it is checked and sent, once for all attempts. Not called for a stream outside of pages, or for a file
   * of React Native.
   *
   * @example { prepare: shrink({ maxSide: 1920 }) } // of @tintype/client/shrink
   */
  readonly prepare?: PrepareFile | undefined
  /**
   * When this upload is sent again, if it fails. Each option replaces the client's.
   *
   * @default the client's
   */
  readonly retry?: RetryOptions | undefined
}
