import { Readable } from 'node:stream'
import { type Photo, TintypeError } from '@tintype/contract'
import { type IncomingFile, rejected } from './incoming-file.ts'
import type { PhotoTerms } from './photo-terms.ts'
import type { UploadIdentity } from './replay-upload.ts'
import { writeStream } from './write-stream.ts'

/** What the client says about a photo, not checked yet. Its name, title, alternative text and tags. */
export interface UploadDetails {
  readonly filename?: string | undefined
  readonly title?: string | undefined
  readonly alt?: string | undefined
  readonly tags?: readonly string[] | undefined
  /** Who is to own the photo. Whether the sender may decide that is not checked here. */
  readonly owner?: string | undefined
  readonly visibility?: string | undefined
}

/** How an upload is completed. */
export interface FinishOptions extends UploadIdentity {
  /** What the sender's rights fix. Default: those of an open server. */
  readonly terms?: PhotoTerms | undefined
  /** SHA-256 digests that the file must have, 64 lower-case hex digits each. */
  readonly expectedSha256?: readonly string[] | undefined
  /** Wait until the thumbnail exists as well. If it fails, `finish` rejects and the photo stays. */
  readonly withThumbnail?: boolean | undefined
  /**
   * Called when the photo has been checked and is about to be recorded, which may be long after its last byte. If it rejects,
   * `finish` rejects with the same error, and nothing is kept. Not called for a replay.
   */
  readonly assertAllowed?: (() => Promise<void>) | undefined
  /** The sender, whose turn it is when the photo is decoded. @default one sender without a name */
  readonly share?: string | undefined
  /** Cancels the upload with its reason, a `TintypeError`. Without effect once the row is being recorded. */
  readonly signal?: AbortSignal | undefined
}

/** An upload's answer. */
export interface UploadAnswer {
  readonly photo: Photo
  /** Whether an earlier upload with the same idempotency key is answered again. */
  readonly isReplay: boolean
}

/**
 * One upload, from its first byte to its photo. It does not depend on the request that began it: any number of requests
 * may write to it, one after another. The caller disposes it on every path, which removes the bytes that did not become
 * a photo.
 *
 * After a failure of ours, such as a full disk, every further call fails with the same error. A source that breaks off is
 * no failure of the session: writing may go on after `byteSize` bytes.
 */
export interface UploadSession extends AsyncDisposable {
  /** Bytes that were accepted so far. */
  readonly byteSize: number
  /**
   * Accepts the next bytes, which belong to the session from then on: their buffer may be freed. `undefined` if the next
   * ones may come at once; otherwise wait for the promise, which is the back-pressure from the disk.
   *
   * @throws PAYLOAD_TOO_LARGE, NOT_AN_IMAGE, STORAGE_FULL, STORAGE_UNAVAILABLE, OVERLOADED; INTERNAL after `finish` or
   *   disposal, and while `writeAll` runs. Only the promise rejects
   */
  write(chunk: Uint8Array): Promise<void> | undefined
  /**
   * Writes everything that a source has, and waits if staging is full. If the bytes are refused, the source is closed.
   *
   * @param options.declaredType media type that the client claims; only repeated in the error for a file that is no image
   * @throws what `write` throws, and the source's own error
   */
  writeAll(
    bytes: AsyncIterable<Uint8Array>,
    options?: { readonly declaredType?: string | undefined },
  ): Promise<void>
  /**
   * Makes the photo of all bytes that were written; resolves when it is durable. Can be called once.
   *
   * @throws every upload code of the contract, and the signal's reason; INTERNAL if it was called before, after disposal,
   *   and while `writeAll` runs
   */
  finish(details: UploadDetails, options?: FinishOptions): Promise<UploadAnswer>
}

/** Makes the photo of a file that has arrived. */
export type FinishUpload = (
  file: IncomingFile,
  details: UploadDetails,
  options: FinishOptions,
) => Promise<UploadAnswer>

/**
 * Begins an upload. The session decides which calls are allowed; the file and `finishUpload` do the work.
 *
 * @param file owned by the session from now on
 */
export function createUploadSession(file: IncomingFile, finishUpload: FinishUpload): UploadSession {
  let isWritingAll = false
  let finishing: Promise<UploadAnswer> | undefined
  let isDisposed = false

  function assertOpen(call: string): void {
    if (isDisposed) throw misuse(`${call} was called after the upload session was disposed`)
    if (finishing !== undefined)
      throw misuse(`${call} was called after finish; begin another session for another photo`)
    if (isWritingAll) throw misuse(`${call} was called while writeAll was still writing; wait for it first`)
  }

  return {
    get byteSize() {
      return file.byteSize
    },

    write(chunk) {
      try {
        assertOpen('write')
      } catch (error) {
        return rejected(error)
      }
      return file.write(chunk)
    },

    async writeAll(bytes, { declaredType } = {}) {
      assertOpen('writeAll')
      isWritingAll = true
      file.declaredType = declaredType
      try {
        if (bytes instanceof Readable) return await writeStream(bytes, file.write)
        for await (const chunk of bytes) {
          const room = file.write(chunk)
          if (room !== undefined) await room
        }
      } finally {
        isWritingAll = false
      }
    },

    async finish(details, options = {}) {
      assertOpen('finish')
      finishing = finishUpload(file, details, options)
      return await finishing
    },

    async [Symbol.asyncDispose]() {
      isDisposed = true
      await finishing?.catch(() => undefined) // its bytes are in use until then
      await file[Symbol.asyncDispose]()
    },
  }
}

function misuse(detail: string): TintypeError {
  return new TintypeError('INTERNAL', detail)
}
