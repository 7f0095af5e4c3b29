import { TintypeError } from '@tintype/contract'
import type { ByteSource } from './upload-input.ts'

/** Called with the number of bytes sent so far: 0 when the platform begins to read a stream. */
export type OnSent = (bytes: number) => void

/** A body for `fetch` that counts while it is read. */
export interface CountedBody {
  readonly body: Blob | ReadableStream<Uint8Array>
  /** Closes the source, read to its end or not. `fetch` does not do it after an answer that came early. */
  release(): void
}

/** A blob in memory is one chunk. In smaller pieces its progress can be seen. */
const pieceByteSize = 65_536

/**
 * Counts the bytes of a body while it is sent. A blob stays a blob, so that its length is sent: Node's `fetch` reads it by
 * `stream()`. If a platform reads blobs in another way, nothing is counted and nothing else changes.
 */
export function countBody(source: Blob | ByteSource, onSent: OnSent): CountedBody {
  if (!(source instanceof Blob)) return countStream(source, onSent)
  let counted: CountedBody | undefined
  const release = () => counted?.release()
  const stream = () => {
    release() // a request before this one may have ended early
    counted = countStream(source.stream(), onSent)
    return counted.body
  }
  return { body: Object.assign(source.slice(), { stream }), release }
}

/** If the source fails, the error is `FILE_REQUIRED`, because the network did not fail. */
function countStream(source: ByteSource, onSent: OnSent): CountedBody {
  const iterator = 'getReader' in source ? iterate(source.getReader()) : source[Symbol.asyncIterator]()
  let sentBytes = 0
  let rest: Uint8Array | undefined

  async function pull(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    try {
      onSent(sentBytes)
      if (!rest?.byteLength) {
        const { done, value } = await iterator.next()
        if (done) return controller.close()
        rest = value as Uint8Array
      }
      const piece = rest.subarray(0, pieceByteSize)
      rest = rest.subarray(pieceByteSize)
      controller.enqueue(piece)
      sentBytes += piece.byteLength
    } catch (cause) {
      throw new TintypeError('FILE_REQUIRED', 'The file could not be read to its end', { cause })
    }
  }
  function release(): void {
    iterator.return?.().catch(() => {}) // the upload has its outcome already
  }
  return { body: new ReadableStream({ pull, cancel: release }, { highWaterMark: 0 }), release }
}

/** Not the iterator that a stream has on some platforms only. */
function iterate(reader: ReadableStreamDefaultReader<Uint8Array>) {
  return { next: () => reader.read(), return: () => reader.cancel() }
}
