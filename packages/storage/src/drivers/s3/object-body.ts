import { Readable } from 'node:stream'
import { TintypeError } from '@tintype/contract'
import { toS3Error } from './to-s3-error.ts'

/** A body that arrives. */
export interface ObjectBodyOptions {
  /** The bytes that must come. */
  readonly byteSize: number
  /** Milliseconds in which something must come while the reader wants more. A reader that pauses may pause for longer. */
  readonly silenceMs: number
  /** Called once, when the connection is not needed any more. */
  readonly release: () => void
}

/**
 * Streams exactly `byteSize` bytes of an answer. It fails if the answer ends early or is silent. Destroying it frees the
 * connection (threat B214).
 */
export function createObjectBody(answer: Readable, options: ObjectBodyOptions): Readable {
  return new ObjectBody(answer, options)
}

class ObjectBody extends Readable {
  readonly #answer: Readable
  readonly #silenceMs: number
  readonly #release: () => void
  #leftByteSize: number
  #isWanted = false
  #isEnded = false
  #timer: NodeJS.Timeout | undefined

  constructor(answer: Readable, { byteSize, silenceMs, release }: ObjectBodyOptions) {
    super()
    this.#answer = answer
    this.#leftByteSize = byteSize
    this.#silenceMs = silenceMs
    this.#release = release
    // The connection can break before a reader listens. The reader finds the error later; the process must not end by it.
    this.on('error', () => undefined)
    answer.on('readable', () => this.#take())
    answer.on('end', () => this.#end())
    answer.on('error', (error) => this.destroy(toS3Error(error)))
    answer.on('close', () => this.#end())
  }

  override _read(): void {
    this.#isWanted = true
    this.#take()
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    clearTimeout(this.#timer)
    this.#answer.destroy()
    this.#release()
    done(error)
  }

  #take(): void {
    clearTimeout(this.#timer)
    while (this.#isWanted && !this.destroyed) {
      const chunk: Buffer | null = this.#answer.read()
      if (chunk === null) {
        this.#timer = setTimeout(() => this.destroy(silent()), this.#silenceMs)
        return
      }
      this.#leftByteSize -= chunk.byteLength
      if (this.#leftByteSize < 0) {
        this.destroy(tooLong())
        return
      }
      this.#isWanted = this.push(chunk)
    }
  }

  #end(): void {
    if (this.destroyed || this.#isEnded) return
    this.#isEnded = true
    clearTimeout(this.#timer)
    if (this.#leftByteSize === 0) this.push(null)
    else this.destroy(cutShort())
  }
}

function silent(): TintypeError {
  return new TintypeError('STORAGE_UNAVAILABLE', 'The storage stopped sending')
}

/** HTTP has a length, so the connection ended: that says nothing of the stored bytes. */
function cutShort(): TintypeError {
  return new TintypeError('STORAGE_UNAVAILABLE', 'The storage ended its answer early')
}

function tooLong(): TintypeError {
  return new TintypeError('INTERNAL', 'The storage sent more bytes than it announced')
}
