import type { Readable } from 'node:stream'

/** An upload as it arrives: a stream of bytes and what was said about it. */
export interface UploadRequest {
  /**
   * The body. Read as far as it is needed and never destroyed: whoever opened it closes it, after the answer.
   */
  readonly body: Readable
  /** Media type with parameters; `multipart/form-data` is taken apart, anything else is the file itself. */
  readonly contentType: string
  /** Of the body in bytes, where it was declared. */
  readonly declaredByteSize?: number | undefined
  /** Words given outside the body, for a body that is the file itself. */
  readonly words: UploadWords
  /** SHA-256 digests that the body was sent with, 64 lower-case hex digits each. */
  readonly expectedSha256: readonly string[]
  /** Makes a repeated upload answer like the first. */
  readonly idempotencyKey?: string | undefined
  /** Aborts with a `TintypeError` as its reason: the client is gone, too slow, or the server stops. */
  readonly signal: AbortSignal
}

/** Untrusted words about a photo, as they came. */
export interface UploadWords {
  readonly filename?: string | undefined
  readonly title?: string | undefined
  readonly alt?: string | undefined
  readonly tags?: readonly string[] | undefined
}
