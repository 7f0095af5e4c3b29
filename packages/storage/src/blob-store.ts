import type { Readable } from 'node:stream'
import type { BlobKey } from './blob-key.ts'

/**
 * A staged file, written. The store reads it and leaves it where it is, to be put again or discarded by whoever staged it;
 * only where it replaces a blob may the store move it.
 */
export interface StagedSource {
  readonly path: string
  /**
   * Makes its bytes durable. One that has failed fails again without another try: after a failed fsync a second one
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
  /** Aborting before the key appears leaves nothing behind; after that it has no effect. */
  readonly signal?: AbortSignal | undefined
}

/** What a store knows of a blob. */
export interface BlobStat {
  readonly key: BlobKey
  readonly byteSize: number
  /** Milliseconds since the epoch. */
  readonly modifiedAtMs: number
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
   * Exactly the bytes of the range. Fails, never pads, where the blob proves shorter while it is read. Its chunks belong
   * to whoever reads them, who may write into them or give their memory away.
   */
  readonly body: Readable
}

/**
 * The half of a store that changes nothing. Knows keys and bytes; never photos, HTTP or SQL.
 *
 * Every method translates what its engine reports and throws a `TintypeError`:
 * `STORAGE_FULL` where there is no space, `STORAGE_UNAVAILABLE` where the engine cannot be reached or refuses
 * (a read-only disk, missing rights), `OVERLOADED` where file descriptors ran out, `INTERNAL` for the rest.
 * The native error is its `cause`. If its signal is aborted, it throws the signal's reason as it is.
 */
export interface BlobReader extends AsyncDisposable {
  /** The driver's name, for logs and metrics. */
  readonly kind: string

  /** Opens a blob for reading; `undefined` where there is none. Never follows a symbolic link. */
  open(key: BlobKey, options?: { readonly range?: ByteRange | undefined }): Promise<OpenBlob | undefined>

  /** `undefined` where there is no blob under the key. */
  stat(key: BlobKey): Promise<BlobStat | undefined>

  /** All blobs whose key starts with `prefix`, in no order; may miss what is written while it runs. */
  list(prefix: string): AsyncIterable<BlobStat>

  /** Optional ability: path of the blob as a regular file on this machine, for readers that seek. */
  localPath?(key: BlobKey): Promise<string | undefined>

  /**
   * Optional ability: names of all that lies among the blobs and can be none, such as symbolic links and names that
   * no key has; in no order, never followed.
   */
  listForeign?(): AsyncIterable<string>
}

/**
 * Where bytes live.
 *
 * @see describeBlobStore, the suite that every driver must pass
 */
export interface BlobStore extends BlobReader {
  /**
   * Stores bytes under a key, atomically and durably: the key is absent (or has its old bytes) until this
   * resolves, survives a power cut from then on, and after a failure nothing stays behind.
   *
   * @returns `exists` where the key is taken and `ifExists` is `fail`; the stored bytes are untouched
   */
  put(key: BlobKey, source: BlobSource, options: PutOptions): Promise<'stored' | 'exists'>

  /** Removes a blob, durably; succeeds where there is none. */
  delete(key: BlobKey): Promise<void>

  /** Resolves if a blob could be stored now; rejects with the error that `put` would meet. */
  probe(): Promise<void>

  /** Optional ability: a directory in which every blob is the file named by its key, for a web server to read. */
  readonly servableDirectory?: string
}
