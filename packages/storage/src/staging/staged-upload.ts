import { createHash, type Hash } from 'node:crypto'
import { TintypeError } from '@tintype/contract'
import type { ByteBudget } from '../byte-budget.ts'
import { toStorageError } from '../storage-error.ts'
import type { StagedUpload } from './staging.ts'
import type { TemporaryDirectory } from './temporary-directory.ts'
import {
  openTemporaryFileWriter,
  type TemporaryFileWriter,
  type TemporaryFileWriterOptions,
} from './temporary-file-writer.ts'

/** What uploads of one staging area share, and how much of each stays in memory. */
export interface StagedUploadOptions extends TemporaryFileWriterOptions {
  readonly directory: TemporaryDirectory
  readonly budget: ByteBudget
  readonly memoryByteSize: number
}

// One write per 64 KiB costs a third of the throughput of one per MiB.
const pieceByteSize = 1024 * 1024
// Memory of a chunk besides its bytes: otherwise a client that sends single bytes could use more than the budget.
const chunkOverheadByteSize = 256

interface Piece {
  readonly chunks: readonly Uint8Array[]
  /** Acquired from the budget for the chunks, and released when they are written. */
  readonly budgetByteSize: number
}

/** Begins an upload in memory. It moves to a file of `directory` when it is large or complete. */
export function createStagedUpload(options: StagedUploadOptions): StagedUpload {
  return new SpillingUpload(options)
}

class SpillingUpload implements StagedUpload {
  readonly #options: StagedUploadOptions
  #chunks: Uint8Array[] = []
  #heldByteSize = 0
  #budgetByteSize = 0
  #byteSize = 0
  #file: TemporaryFileWriter | undefined
  #digest: Hash | undefined
  #isSpilled = false
  #isFinished = false
  #isDiscarded = false
  /** The piece that is being written while chunks for the next one arrive. Never rejects. */
  #writing: Promise<void> | undefined
  #failure: TintypeError | undefined
  #disposing: Promise<void> | undefined

  constructor(options: StagedUploadOptions) {
    this.#options = options
  }

  write(chunk: Uint8Array): Promise<void> | undefined {
    const refusal = this.#refusal()
    if (refusal) return withoutUnhandled(Promise.reject(refusal))
    const isWithinBudget = this.#collect(chunk)
    const roomByteSize = this.#isSpilled ? pieceByteSize - 1 : this.#options.memoryByteSize
    if (isWithinBudget && this.#heldByteSize <= roomByteSize) return undefined
    if (this.#writing === undefined) {
      this.#beginWriting()
      return undefined
    }
    return withoutUnhandled(this.#beginWritingInTurn())
  }

  async finish(): Promise<Awaited<ReturnType<StagedUpload['finish']>>> {
    const refusal = this.#refusal()
    if (refusal) throw refusal
    this.#isFinished = true
    while (this.#writing !== undefined || this.#chunks.length > 0 || this.#file === undefined) {
      if (this.#writing === undefined) this.#beginWriting()
      await this.#writing
      const loss = this.#loss()
      if (loss) throw loss
    }
    const file = this.#file
    const facts = { byteSize: this.#byteSize, sha256: (this.#digest as Hash).digest('hex') }
    const source = { path: file.path, sync: () => file.sync(), facts }
    return { source, ...facts }
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#disposing ??= this.#discard()
    return this.#disposing
  }

  #refusal(): TintypeError | undefined {
    const loss = this.#loss()
    if (loss || !this.#isFinished) return loss
    return new TintypeError('INTERNAL', 'The upload was finished before')
  }

  /** Why the bytes are not kept. Made when it is needed: every upload is discarded in the end. */
  #loss(): TintypeError | undefined {
    if (this.#failure || !this.#isDiscarded) return this.#failure
    return new TintypeError('ABORTED', 'The upload was discarded')
  }

  /** Keeps the chunk. Returns whether the budget had room for it; if not, it must be written soon. */
  #collect(chunk: Uint8Array): boolean {
    this.#chunks.push(chunk)
    this.#byteSize += chunk.byteLength
    this.#heldByteSize += chunk.byteLength
    const cost = chunk.byteLength + chunkOverheadByteSize
    if (!this.#options.budget.tryAcquire(cost)) return false
    this.#budgetByteSize += cost
    return true
  }

  #takePiece(): Piece {
    const piece = { chunks: this.#chunks, budgetByteSize: this.#budgetByteSize }
    this.#chunks = []
    this.#heldByteSize = 0
    this.#budgetByteSize = 0
    return piece
  }

  #beginWriting(): void {
    this.#isSpilled = true
    const piece = this.#takePiece()
    this.#writing = this.#writePiece(piece).then(
      () => this.#endWriting(piece),
      (error: unknown) => {
        this.#failure ??= toStorageError(error)
        this.#endWriting(piece)
      },
    )
  }

  #endWriting(piece: Piece): void {
    this.#options.budget.release(piece.budgetByteSize)
    this.#writing = undefined
  }

  async #beginWritingInTurn(): Promise<void> {
    await this.#writing
    const loss = this.#loss()
    if (loss) throw loss
    if (this.#writing === undefined) this.#beginWriting()
  }

  async #writePiece(piece: Piece): Promise<void> {
    this.#file ??= await openTemporaryFileWriter(this.#options.directory, this.#options)
    const written = this.#file.append(piece.chunks)
    // Hashed on this thread while another one writes the piece.
    this.#digest ??= createHash('sha256')
    for (const chunk of piece.chunks) this.#digest.update(chunk)
    await written
    for (const chunk of piece.chunks) release(chunk)
  }

  async #discard(): Promise<void> {
    this.#isDiscarded = true
    const { budgetByteSize } = this.#takePiece()
    await this.#writing
    this.#options.budget.release(budgetByteSize)
    await this.#file?.[Symbol.asyncDispose]()
  }
}

/**
 * Frees a chunk's memory at once. The garbage collector would leave 64 MiB of buffers, and more on a busy machine. Only if
 * the chunk is its whole buffer: then nothing else reads from it.
 */
function release({ buffer, byteLength }: Uint8Array): void {
  if (buffer instanceof ArrayBuffer && byteLength === buffer.byteLength) buffer.transfer(0)
}

/** The caller still gets the failure. If it has stopped waiting, the failure must not end the process. */
function withoutUnhandled(promise: Promise<void>): Promise<void> {
  promise.catch(() => undefined)
  return promise
}
