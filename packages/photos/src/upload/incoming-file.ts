import { type PhotoFormat, TintypeError } from '@tintype/contract'
import { guessFileType, identify, identifyByteSize } from '@tintype/imaging'
import type { StagedSource, StagedUpload } from '@tintype/storage'
import type { UploadLimits } from '../limits.ts'

/** A file whose bytes have all arrived. What they show is not known yet. */
export interface StagedFile {
  readonly source: StagedSource
  readonly format: PhotoFormat
  readonly byteSize: number
  /** 64 lower-case hex digits. */
  readonly sha256: string
}

/** A file while its bytes arrive. Disposing it removes them, whatever happened before. */
export interface IncomingFile extends AsyncDisposable {
  /** Bytes that were accepted so far. */
  readonly byteSize: number
  /** Media type that the client claims. It is only repeated in the error for a file that is no image. */
  declaredType: string | undefined
  /**
   * Accepts the next bytes, which belong to the file from then on: their buffer may be freed. `undefined` if the next
   * ones may come at once; otherwise wait for the promise.
   *
   * @throws PAYLOAD_TOO_LARGE, NOT_AN_IMAGE, and what staging throws. Only the promise rejects
   */
  write(chunk: Uint8Array): Promise<void> | undefined
  /** Ends the file. @throws EMPTY_FILE, NOT_AN_IMAGE, and what staging throws */
  finish(): Promise<StagedFile>
}

/**
 * Identifies, measures and stages a file while it arrives. The first byte over the limit ends it, and so do first bytes
 * that are no image. After a failure every further call fails with the same error.
 *
 * @param staged owned by the file from now on
 */
export function createIncomingFile(staged: StagedUpload, limits: UploadLimits): IncomingFile {
  const { maxUploadByteSize } = limits
  let byteSize = 0
  let head: Uint8Array = new Uint8Array()
  let format: PhotoFormat | undefined
  let failure: unknown

  /** Throws on the first bytes that show that the file must be refused. */
  function check(chunk: Uint8Array): void {
    const received = byteSize + chunk.length
    if (received > maxUploadByteSize) throw tooLarge(maxUploadByteSize, received)
    if (format) return
    head = Buffer.concat([head, chunk.subarray(0, identifyByteSize - head.length)])
    if (head.length >= identifyByteSize) format = formatOf(head, limits, file.declaredType)
  }

  const file: IncomingFile = {
    declaredType: undefined,
    get byteSize() {
      return byteSize
    },
    write(chunk) {
      try {
        if (failure) throw failure
        check(chunk)
      } catch (error) {
        failure = error
        return rejected(error)
      }
      byteSize += chunk.length
      return staged.write(chunk)
    },
    async finish() {
      if (failure) throw failure
      if (byteSize === 0) throw new TintypeError('EMPTY_FILE', 'The file is empty. Send an image')
      format ??= formatOf(head, limits, file.declaredType)
      return { ...(await staged.finish()), format }
    },
    [Symbol.asyncDispose]: () => staged[Symbol.asyncDispose](),
  }
  return file
}

/** A rejection that does not end the process if the writer has stopped waiting. */
export function rejected(error: unknown): Promise<never> {
  const rejection = Promise.reject(error)
  rejection.catch(() => undefined)
  return rejection
}

function tooLarge(limit: number, received: number): TintypeError {
  return new TintypeError('PAYLOAD_TOO_LARGE', `The file is larger than the limit of ${limit} bytes`, {
    facts: { limit, received },
  })
}

function formatOf(
  head: Uint8Array,
  { allowedFormats }: UploadLimits,
  declaredType: string | undefined,
): PhotoFormat {
  const format = identify(head)
  if (format && allowedFormats.includes(format)) return format
  const declared = declaredType?.slice(0, 100)
  const found = format ?? guessFileType(head)
  const claim = declared === undefined ? 'Detected' : `Declared ${declared}, detected`
  const detail = `Allowed formats: ${allowedFormats.join(', ')}. ${claim} ${found}`
  const facts = { accepted: allowedFormats, ...(declared !== undefined && { declared }), found }
  throw new TintypeError('NOT_AN_IMAGE', detail, { facts })
}
