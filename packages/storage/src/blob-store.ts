import type { Readable } from 'node:stream'
import { isTintypeError } from '@tintype/contract'
import type { BlobKey } from './blob-key.ts'
import type { StoreClaim } from './store-claim.ts'

/**
 * A staged file, written. The store reads it and leaves it where it is: the caller may put it again, and removes it.
 * Only a put that replaces a blob may move it.
 */
export interface StagedSource {
  readonly path: string
  /**
   * Makes its bytes durable. After a failure every further call fails at once: a second fsync may report success although
   * bytes are lost (threat B165).
   */
  sync(): Promise<void>
  /** What is known of the whole file, for engines that are given it in advance; if absent, they read the file twice. */
  readonly facts?: ContentFacts | undefined
}

/** Size and digest of bytes. */
export interface ContentFacts {
  readonly byteSize: number
  /** SHA-256 in lower-case hexadecimal. */
  readonly sha256: string
}

/** Bytes to store: in memory, or a staged file. */
export type BlobSource = Uint8Array | StagedSource

/** How `put` behaves. */
export interface PutOptions {
  /** Media type, for engines that serve blobs themselves. */
  readonly contentType: string
  /** `fail`: an existing blob stays as it is. `replace`: the new bytes replace the old ones, atomically. */
  readonly ifExists: 'fail' | 'replace'
  /**
   * Whether the blob can be made again, so that the put need not wait until it is durable. After a power cut it can be missing,
   * or have other bytes: its reader compares them with their hash. Default: `false`.
   */
  readonly isExpendable?: boolean | undefined
  /** If it is aborted before the key exists, nothing is stored, and the put rejects with its reason. Later it has no effect. */
  readonly signal?: AbortSignal | undefined
}

/** Key, size, age and version of a blob. */
export interface BlobStat {
  readonly key: BlobKey
  readonly byteSize: number
  /** Milliseconds since the epoch, in some stores whole seconds. Only for ages: two writes may have the same time. */
  readonly modifiedAtMs: number
  /**
   * When the blob was last read, milliseconds since the epoch. Only in `list`, of stores that know it, and to a day: file systems
   * note it once a day, or never.
   */
  readonly usedAtMs?: number
  /**
   * When the blob got its key, milliseconds since the epoch, or later. Only in `list`, of stores in which that can be after
   * `modifiedAtMs`: a link to a file has the file's time.
   */
  readonly keyedAtMs?: number
  /**
   * Opaque. Must change whenever the blob's bytes are replaced, also by as many bytes within the same second, and only
   * then. `stat` and `list` must return the same one.
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
  /** Of the whole blob, also if only a range is read. */
  readonly byteSize: number
  /**
   * Exactly the bytes of the range. It fails if the blob is shorter than its size when it is read. The chunks belong to
   * the reader, which may write into them or free their memory.
   */
  readonly body: Readable
}

/**
 * Why the bytes of one blob cannot be read. `forbidden`: this process has no right to read them; another user may still be
 * able to. `damaged`: they are lost, fewer than before, or the medium fails.
 */
export type UnreadableReason = 'forbidden' | 'damaged'

/**
 * The reason that a driver put into the fact `unreadable` of a failed read. `undefined` if the failure says nothing about
 * the blob, for example because the store is busy or cannot be reached.
 */
export function unreadableReasonOf(error: unknown): UnreadableReason | undefined {
  return isTintypeError(error) && 'unreadable' in error.facts ? error.facts.unreadable : undefined
}

/**
 * A store for reading only. It knows keys and bytes; never photos, HTTP or SQL.
 *
 * Every method translates native errors. It throws a `TintypeError` with the native error as `cause`:
 * `STORAGE_FULL` if there is no space, `STORAGE_UNAVAILABLE` if the engine cannot be reached or refuses (a read-only
 * disk, missing rights), `OVERLOADED` if there are no more file descriptors, `INTERNAL` for the rest. If a signal
 * was aborted, it throws the signal's reason as it is. Errors of `open` and its `body` have the fact `unreadable` if the
 * blob itself may be the cause.
 *
 * @see unreadableReasonOf
 */
export interface BlobReader extends AsyncDisposable {
  /** Opens a blob for reading; `undefined` if there is none. Never follows a symbolic link. */
  open(key: BlobKey, options?: { readonly range?: ByteRange | undefined }): Promise<OpenBlob | undefined>

  /** `undefined` if there is no blob under the key. */
  stat(key: BlobKey): Promise<BlobStat | undefined>

  /** All blobs whose key starts with `prefix`, in no order. Blobs written while it runs may be missing. */
  list(prefix: string): AsyncIterable<BlobStat>

  /**
   * Optional ability: the same, without the keys up to and including `after`, in the order of keys. Few blobs are read in advance,
   * so that a reader may stop early.
   */
  listAfter?(prefix: string, after: string): AsyncIterable<BlobStat>

  /**
   * The claim of the library that the store belongs to; `undefined` if there is none yet.
   *
   * @throws STORAGE_UNAVAILABLE for one that this version cannot read
   */
  readClaim(): Promise<StoreClaim | undefined>

  /** Optional ability: path of the blob as a regular file on this machine, for readers that seek. */
  localPath?(key: BlobKey): Promise<string | undefined>

  /**
   * Optional ability: names of everything else in the store, such as symbolic links and files whose name is no key. In no
   * order; links are not followed.
   */
  listForeign?(): AsyncIterable<string>
}

/** What a signed URL of a blob is for. The same request gives the same URL, in every process with the same credentials. */
export interface PresignRequest {
  /** Who sends the request: a client, from wherever it is, or a proxy beside this process. */
  readonly reader: 'client' | 'proxy'
  /** When its life begins: Unix time in milliseconds, a whole second, not after now. */
  readonly signedAtMs: number
  /** When its life ends, at most seven days after it began. */
  readonly endsAtMs: number
  /** Cache directives that the engine answers with. */
  readonly cacheControl: string
  /** The disposition that the engine answers with; none if absent. */
  readonly contentDisposition?: string | undefined
}

/** A URL with which anyone reads one blob from the engine. */
export interface PresignedUrl {
  /** Absolute. */
  readonly url: string
  /** As requested, or earlier if the credentials end before. */
  readonly endsAtMs: number
}

/** Signs URLs of blobs. */
export interface Presigning {
  /** Origin of the URLs for clients, without a final slash. */
  readonly clientOrigin: string
  /** @throws STORAGE_UNAVAILABLE if there are no credentials */
  sign(key: BlobKey, request: PresignRequest): Promise<PresignedUrl>
}

/**
 * Where bytes are stored. Disposing it waits for calls that have not ended.
 *
 * @see describeBlobStore, the suite that every driver must pass
 */
export interface BlobStore extends BlobReader {
  /**
   * Stores bytes under a key, atomically and durably: until this resolves, the key does not exist or has its old bytes.
   * Afterwards the bytes survive a power cut, unless they are expendable. A failure leaves nothing. A staged file may be on any file system of this
   * machine; if it cannot be read, the error has the fact `unreadable`.
   *
   * @returns `exists` if the key exists and `ifExists` is `fail`: nothing is changed
   */
  put(key: BlobKey, source: BlobSource, options: PutOptions): Promise<'stored' | 'exists'>

  /**
   * Writes the claim of a library, durably, if the store has none.
   *
   * @returns the claim that the store has afterwards: of any number of racing callers, all get the same one
   * @throws STORAGE_UNAVAILABLE if there is one that this version cannot read
   */
  claim(claim: StoreClaim): Promise<StoreClaim>

  /** Removes a blob, durably; succeeds if there is none. */
  delete(key: BlobKey): Promise<void>

  /**
   * Optional ability: removes what puts that never ended have left in the engine outside the blobs, if they began before
   * `before`.
   *
   * @returns how many were removed
   */
  removeUnfinished?(before: Date): Promise<number>

  /** Optional ability: URLs with which others read blobs from the engine. Only its `GET` can be sent. */
  readonly presigning?: Presigning | undefined

  /** Resolves if a blob can be stored now; rejects with the error that a put has now. */
  probe(): Promise<void>
}
