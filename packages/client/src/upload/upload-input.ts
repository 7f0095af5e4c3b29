/**
 * What can be uploaded: a file or blob, bytes in memory, a stream of bytes, or, outside of pages, the path of a file or
 * its `file:` URL. A stream is sent while it is read. Browsers cannot do that, so there it is read to its end first.
 */
export type UploadInput =
  | Blob
  | ArrayBuffer
  | ArrayBufferView
  | ReadableStream<Uint8Array>
  | AsyncIterable<Uint8Array>
  | string
  | URL

/** An input that was opened. */
export interface OpenInput {
  /** A blob can be sent several times, a stream once. */
  readonly body: Blob | ByteSource
  /** The input's own name, if it has one. */
  readonly filename?: string | undefined
}

/** Bytes that can be read once. */
export type ByteSource = ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>
