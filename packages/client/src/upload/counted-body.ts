import type { TintypeError } from '@tintype/contract'
import type { SendStep } from '../transport/silence.ts'
import { iterate, unreadable } from './iterate-source.ts'
import type { ByteSource, OpenInput } from './upload-input.ts'

/** Called with the number of bytes sent so far, and with what the request waits for: first with 0, when it begins. */
export type OnSent = (bytes: number, step: SendStep) => void

/** A body for `fetch` that counts while it is read. */
export interface CountedBody {
  readonly body: Blob | ReadableStream<Uint8Array>
  /** Why the source could not be read. Platforms make an error of the network of it. */
  readonly failure: TintypeError | undefined
  /** Closes the source, read to its end or not. `fetch` does not do it after an answer that came early. */
  release(): void
}

/** A blob in memory is one chunk. In smaller pieces its progress can be seen. */
const pieceByteSize = 65_536

/**
 * Counts the bytes of a body while it is sent. A blob stays a blob, so that its length is sent: Node's `fetch` reads it by
 * `stream()`. If a platform reads blobs in another way, nothing is counted and nothing else changes.
 */
export function countBody({ body, path }: OpenInput, onSent: OnSent): CountedBody {
  const source = body as Blob | ByteSource // XMLHttpRequest sends forms
  if (!(source instanceof Blob)) return countStream(source, onSent)
  let counted: CountedBody | undefined
  const release = () => counted?.release()
  const stream = () => {
    release() // a request before this one may have ended early
    counted = countStream(source.stream(), onSent, path)
    return counted.body
  }
  return {
    body: Object.assign(source.slice(), { stream }),
    get failure() {
      return counted?.failure
    },
    release,
  }
}

function countStream(source: ByteSource, onSent: OnSent, path?: string): CountedBody {
  const iterator = iterate(source)
  let sentBytes = 0
  let rest: Uint8Array | undefined
  let failure: TintypeError | undefined

  async function pull(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    try {
      onSent(sentBytes, 'reading')
      if (!rest?.byteLength) {
        const { done, value } = await iterator.next()
        if (done) {
          onSent(sentBytes, 'sent')
          return controller.close()
        }
        if (!ArrayBuffer.isView(value)) throw new TypeError('Expected a stream of Uint8Array')
        rest = value
      }
      const piece = rest.subarray(0, pieceByteSize)
      rest = rest.subarray(pieceByteSize)
      onSent(sentBytes, 'sending')
      controller.enqueue(piece)
      sentBytes += piece.byteLength
    } catch (cause) {
      failure = unreadable(cause, path)
      throw failure
    }
  }
  function release(): void {
    iterator.return?.().catch(() => {}) // the upload has its outcome already
  }
  return {
    body: new ReadableStream({ pull, cancel: release }, { highWaterMark: 0 }),
    get failure() {
      return failure
    },
    release,
  }
}
