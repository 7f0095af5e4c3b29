import type { PhotoProcedures } from '@tintype/api/procedures'
import type { Photo, TintypeError } from '@tintype/contract'
import type { Uploader } from '../upload/create-uploader.ts'
import type { PrepareFile } from '../upload/prepare-file.ts'
import type { PhotoDescription, UploadOptions } from '../upload/upload-options.ts'

/**
 * What happens to a file: it waits for its turn (`queued`), is read (`preparing`), sent (`sending`), or is at the server
 * (`processing`); it waits for the server or the network (`waiting`), or for `resume` (`paused`); or it has its outcome
 * (`stored`, `skipped` because there is a twin, `failed`, `cancelled`).
 */
export type UploadItemState =
  | 'queued'
  | 'preparing'
  | 'sending'
  | 'processing'
  | 'waiting'
  | 'paused'
  | 'stored'
  | 'skipped'
  | 'failed'
  | 'cancelled'

/** What has the same bytes as a file that was skipped. One of the two is there. */
export interface UploadTwin {
  /** A photo that the library has. */
  readonly photo?: Photo | undefined
  /** The id of another file of the queue. */
  readonly id?: string | undefined
}

/** One file of a queue at one moment. It stays the same object until something of it changes. */
export interface UploadItem {
  /** Unique within the queue. */
  readonly id: string
  /** Name of the file; empty for a blob. */
  readonly name: string
  /** Of what is sent: of the prepared file, once there is one. */
  readonly byteSize: number
  readonly state: UploadItemState
  /** From 0 to 1, never going back unless the file is sent again by `retry`; at most 0.99 until it is stored. */
  readonly fraction: number
  /** The photo, once it is stored. */
  readonly photo?: Photo | undefined
  /** Why it was skipped. */
  readonly twin?: UploadTwin | undefined
  /** Why it failed, or why it waits. */
  readonly error?: TintypeError | undefined
}

/** All files of a queue together, except those that were cancelled. */
export interface UploadTotals {
  readonly count: number
  readonly stored: number
  /** Files that were not sent, because of `skipHeld`. */
  readonly skipped: number
  readonly failed: number
  /** Bytes sent of the files that did not fail and were not skipped. */
  readonly sentBytes: number
  /** Size of the files that did not fail and were not skipped. */
  readonly totalBytes: number
  /** From 0 to 1, of these bytes. */
  readonly fraction: number
  /** Over the last seconds; `undefined` if nothing is being sent, or the first half second is not over. */
  readonly bytesPerSecond: number | undefined
  readonly secondsLeft: number | undefined
}

/** A queue at one moment. It never changes: the next moment is another object. */
export interface UploadSnapshot {
  /** In the order in which they were added. */
  readonly items: readonly UploadItem[]
  readonly totals: UploadTotals
  /** `waiting`: files are left, and the server or the network is away. `idle`: every file has its outcome. */
  readonly status: 'idle' | 'running' | 'waiting' | 'paused'
}

/** What a queue sends with: a client, or an uploader, which cannot ask what the library has. */
export interface UploadQueueClient extends Pick<Uploader, 'upload'> {
  readonly photos?: Pick<PhotoProcedures, 'findByDigest'> | undefined
}

/** How a queue sends. */
export interface UploadQueueOptions {
  /**
   * How many files are sent at once, 1 to 8.
   *
   * @default 3
   */
  readonly concurrency?: number | undefined
  /**
   * How long the server may be away before the files fail, in milliseconds. The time that a browser is offline does not count.
   *
   * @default 600_000
   */
  readonly giveUpAfterMs?: number | undefined
  /**
   * Whether a file that the server would refuse fails before it is sent, with the same code: an empty file, one that is too large,
   * and one that is no image. A browser often cannot read the server's own refusal while it sends.
   *
   * @default true in a page, false elsewhere
   */
  readonly check?: boolean | undefined
  /**
   * Whether a file is skipped if another file of the queue, or a photo that the caller can list, has the same bytes. Each file of at
   * most 64 MiB is hashed for that. It is sent if the library does not answer within 3 seconds, or the page is not in a secure
   * context, and so cannot hash. `retry` with its id sends a skipped file all the same.
   *
   * @default false
   */
  readonly skipHeld?: boolean | undefined
  /**
   * Keeps the digests that `skipHeld` computes, by the name, size and time of the file, so that the same files need not be hashed
   * again. The library is asked about 80 of them at once.
   *
   * @default a map of this queue
   */
  readonly digests?: Pick<Map<string, string>, 'get' | 'set'> | undefined
  /**
   * Changes each file before it is checked and sent, such as `shrink()` of `@tintype/client/shrink`. Called once for each file.
   *
   * @default files are sent as they are
   */
  readonly prepare?: PrepareFile | undefined
  /** The description of each photo. What `add` was called with replaces parts of it. */
  readonly optionsFor?: ((file: Blob) => Omit<UploadOptions, 'onProgress' | 'signal' | 'retry'>) | undefined
}

/**
 * Uploads files, a few at once. `subscribe` and `getSnapshot` fit React's `useSyncExternalStore` and any other store. The methods
 * need no `this`.
 */
export interface UploadQueue {
  /**
   * Adds files at the end. A file with the name, size and time of one that is in the queue, and did not fail, is not added.
   *
   * @param description of all of these photos
   * @returns one id for each file, in their order; for a file that is not added, that of the other one
   * @throws TintypeError `INVALID_REQUEST` if the queue is closed, or `files` is not an iterable of files and blobs; then none is added
   */
  add(files: Iterable<Blob>, description?: Omit<PhotoDescription, 'idempotencyKey'>): readonly string[]
  /** Calls a listener when there is another snapshot: soon after a state changed, ten times a second for progress. */
  subscribe(listener: () => void): () => void
  getSnapshot(): UploadSnapshot
  /** Stops sending. Files that were being sent begin again when the queue goes on. */
  pause(): void
  resume(): void
  /** Cancels one file, or all that have no outcome. */
  cancel(id?: string): void
  /** Sends a file again that failed or was cancelled, or a file that was skipped; without an id, all that failed. */
  retry(id?: string): void
  /** Forgets a file. If it has no outcome, it is cancelled. */
  remove(id: string): void
  /** Forgets all files that are stored, skipped or cancelled. */
  clear(): void
  /** Resolves with the snapshot once every file has its outcome. */
  settled(): Promise<UploadSnapshot>
  /** Cancels all files without an outcome, and accepts no more. */
  close(): void
}
