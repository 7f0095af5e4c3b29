import { TintypeError } from '@tintype/contract'

/**
 * What can be uploaded: a file or blob, bytes in memory, a stream of bytes, or, in Node, the path of a file. A stream is
 * sent while it is read. Browsers cannot do that, so there it is read to its end first.
 */
export type UploadInput =
  | Blob
  | ArrayBuffer
  | ArrayBufferView
  | ReadableStream<Uint8Array>
  | AsyncIterable<Uint8Array>
  | string

/** An input that was opened. */
export interface OpenInput {
  /** A blob can be sent several times, a stream once. */
  readonly body: Blob | ByteSource
  /** The input's own name, if it has one. */
  readonly filename?: string | undefined
}

/** Bytes that can be read once. */
export type ByteSource = ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>

/** @throws TintypeError `FILE_REQUIRED` if the path names no readable file */
export async function openInput(input: UploadInput): Promise<OpenInput> {
  if (typeof input === 'string') return openPath(input)
  if (input instanceof Blob) return { body: input, filename: (input as Partial<File>).name }
  const isBytes = input instanceof ArrayBuffer || ArrayBuffer.isView(input)
  return { body: isBytes ? new Blob([input as BlobPart]) : input }
}

async function openPath(path: string): Promise<OpenInput> {
  try {
    // not an import, which bundlers for browsers would fail to resolve
    const { getBuiltinModule } = globalThis.process
    const body = await getBuiltinModule('node:fs').openAsBlob(path)
    return { body, filename: getBuiltinModule('node:path').basename(path) }
  } catch (cause) {
    throw new TintypeError('FILE_REQUIRED', 'The file could not be opened by its path', { cause })
  }
}
