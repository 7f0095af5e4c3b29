import type { FileHandle } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { TintypeError } from '@tintype/contract'
import { toReadError, toStorageError } from '../../storage-error.ts'

// A slow reader keeps one piece in memory (threat B266): the next one is read when that was taken. Smaller pieces cost more switches
// between threads.
const pieceByteSize = 128 * 1024

/** The part of a file to read: `byteSize` bytes from `start`. */
export interface FileRange {
  readonly start: number
  readonly byteSize: number
}

/**
 * Streams exactly a range of a file, and closes the handle at the end, on failure and when destroyed.
 * If the file is shorter than the range, the stream fails with `INTERNAL` (threat B182).
 */
export function createFileRangeStream(handle: FileHandle, range: FileRange): Readable {
  return new FileRangeStream(handle, range)
}

class FileRangeStream extends Readable {
  readonly #handle: FileHandle
  #position: number
  #leftByteSize: number

  constructor(handle: FileHandle, { start, byteSize }: FileRange) {
    super({ highWaterMark: 0 })
    this.#handle = handle
    this.#position = start
    this.#leftByteSize = byteSize
  }

  override _read(): void {
    if (this.#leftByteSize === 0) this.push(null)
    else
      this.#readPiece().then(
        (piece) => this.push(piece),
        (error: unknown) => this.destroy(toReadError(error)),
      )
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    // `close` waits for a read that has not ended: otherwise the descriptor's number could already be another file's.
    this.#handle.close().then(
      () => done(error),
      (closing: unknown) => done(error ?? toStorageError(closing)),
    )
  }

  async #readPiece(): Promise<Uint8Array> {
    const piece = Buffer.allocUnsafeSlow(Math.min(pieceByteSize, this.#leftByteSize))
    const { bytesRead } = await this.#handle.read(piece, 0, piece.byteLength, this.#position)
    if (bytesRead === 0)
      throw new TintypeError('INTERNAL', 'The stored bytes end before their known size', {
        facts: { unreadable: 'damaged' },
      })
    this.#position += bytesRead
    this.#leftByteSize -= bytesRead
    return piece.subarray(0, bytesRead)
  }
}
