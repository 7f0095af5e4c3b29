/**
 * What can be uploaded: a file or blob, bytes in memory, a stream of bytes, or, outside of pages, the path of a file or
 * its `file:` URL; in React Native, a file that a picker returns. A stream is sent while it is read. Browsers cannot do that, so
 * there it is read to its end first.
 */
export type UploadInput =
  | Blob
  | ArrayBuffer
  | ArrayBufferView
  | ReadableStream<Uint8Array>
  | AsyncIterable<Uint8Array>
  | string
  | URL
  | NativeFile

/**
 * A file of React Native, such as a picker returns it. It is sent as a form, because only forms are read from a file there; its size
 * is unknown until it is sent.
 */
export interface NativeFile {
  /** Such as `file:///…/cat.jpg`. */
  readonly uri: string
  /** @default the last part of `uri` */
  readonly name?: string | undefined
  /** Media type, such as `image/jpeg`. */
  readonly type?: string | undefined
}

/** An input that was opened. What it says of the photo counts in place of the options. */
export interface OpenInput {
  /** A blob or a form can be sent several times, a stream once. */
  readonly body: Blob | FormData | ByteSource
  /** The name that was chosen, or else the input's own, if it has one. */
  readonly filename?: string | undefined
  /** Named with `undefined` if the body has it: a form. */
  readonly alt?: undefined
  /** The path that names it, if one does; or its `file:` URL. */
  readonly path?: string | undefined
}

/** Bytes that can be read once. */
export type ByteSource = ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>
