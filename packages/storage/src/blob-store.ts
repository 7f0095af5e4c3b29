import type { Readable } from 'node:stream'
import { isTintypeError } from '@tintype/contract'
import type { BlobKey } from './blob-key.ts'

/**
 * A staged file, written. The store reads it and leaves it where it is: the caller may put it again, and removes it.
 * Only a put that replaces a blob may move it.
 */
export interface StagedSource {
  readonly path: string
  /**
   * Makes its bytes durable. After a failure every further call fails without a try: after a failed fsync a second one
   * may claim success for lost bytes (threat B165).
   */
  sync(): Promise<void>
}

/** Bytes to store: in memory, or a staged file. */
export type BlobSource = Uint8Array | StagedSource

/** How `put` behaves. */
export interface PutOptions {
  /** Media type, for engines that serve blobs themselves. */
  readonly contentType: string
  /** `fail` (for what must never change): a key that is taken is left alone. `replace`: the newer bytes win, atomically. */
  readonly ifExists: 'fail' | 'replace'
  /** Aborting before the key appears leaves nothing behind, and rejects with the signal's reason; after that it has no effect. */
  readonly signal?: AbortSignal | undefined
}

/** What a store knows of a blob. */
export interface BlobStat {
  readonly key: BlobKey
  readonly byteSize: number
  /** Milliseconds since the epoch, perhaps only to the second. For ages; two writes may have the same. */
  readonly modifiedAtMs: number
  /**
   * Opaque. Must differ after the blob's bytes were replaced, also by as many bytes within the same second, and must
   * stay the same until then. `stat` and `list` must give the same.
   */
  readonly version: string
}

/** Bytes `start` to `end`, both included, counted from 0; within the blob. */
export interface ByteRange {
  readonly start: number
  readonly end: number
}

/** A blob being read. The caller owns `body` and must consume or destroy it; that releases what it holds. */
export interface OpenBlob {
  /** Of the whole blob, whatever range is read. */
  readonly byteSize: number
  /**
   * Exactly the bytes of the range. Fails, never pads, if the blob proves shorter while it is read. Its chunks belong
   * to the reader, which may write into them or free their memory.
   */
  readonly body: Readable
}

/**
 * Why the bytes of one blob cannot be read: this process lacks the right to (`forbidden`: another user may find them
 * whole), or they are lost, shorter than they were, or the medium fails (`damaged`).
 */
export type UnreadableReason = 'forbidden' | 'damaged'

/**
 * The reason that a driver gave, as the fact `unreadable`, for a failed read of a blob. `undefined` if the blob is not
 * to blame, as when the store is busy or away: then nothing is known of it.
 */
export function unreadableReasonOf(error: unknown): UnreadableReason | undefined {
  const reason = isTintypeError(error) ? error.facts.unreadable : undefined
  return reason === 'forbidden' || reason === 'damaged' ? reason : undefined
}

/**
 * The half of a store that changes nothing. It knows keys and bytes; never photos, HTTP or SQL.
 *
 * Every method must translate what its engine reports. It throws a `TintypeError` with the native error as `cause`:
 * `STORAGE_FULL` if there is no space, `STORAGE_UNAVAILABLE` if the engine cannot be reached or refuses (a read-only
 * disk, missing rights), `OVERLOADED` if file descriptors ran out, `INTERNAL` for the rest. When a signal was aborted,
 * it throws the signal's reason as it is. What `open` and its `body` throw must carry the fact `unreadable` when the
 * blob may be to blame.
 *
 * @see unreadableReasonOf
 */
export interface BlobReader extends AsyncDisposable {
  /** Opens a blob for reading; `undefined` if there is none. Never follows a symbolic link. */
  open(key: BlobKey, options?: { readonly range?: ByteRange | undefined }): Promise<OpenBlob | undefined>

  /** `undefined` if there is no blob under the key. */
  stat(key: BlobKey): Promise<BlobStat | undefined>

  /** All blobs whose key starts with `prefix`, in no order; may miss what is written while it runs. */
  list(prefix: string): AsyncIterable<BlobStat>

  /** Optional ability: path of the blob as a regular file on this machine, for readers that seek. */
  localPath?(key: BlobKey): Promise<string | undefined>

  /**
   * Optional ability: names of everything among the blobs that cannot be one, such as symbolic links and names that
   * no key has; in no order, never followed.
   */
  listForeign?(): AsyncIterable<string>
}

/**
 * Where bytes live. Disposing it waits for the calls under way.
 *
 * @see describeBlobStore, the suite that every driver must pass
 */
export interface BlobStore extends BlobReader {
  /**
   * Stores bytes under a key, atomically and durably: the key is absent (or has its old bytes) until this
   * resolves, survives a power cut from then on, and after a failure nothing stays behind. A staged file may be on any
   * file system of this machine. If it cannot be read, the error has the fact `unreadable`.
   *
   * @returns `exists` if the key is taken and `ifExists` is `fail`; the stored bytes are untouched
   */
  put(key: BlobKey, source: BlobSource, options: PutOptions): Promise<'stored' | 'exists'>

  /** Removes a blob, durably; succeeds if there is none. */
  delete(key: BlobKey): Promise<void>

  /** Resolves if a blob could be stored now; rejects with the error that `put` would meet. */
  probe(): Promise<void>
}
