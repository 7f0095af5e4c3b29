import { type PhotoFormat, TintypeError } from '@tintype/contract'
import { guessFileType, identify, identifyByteSize } from '@tintype/imaging'
import type { StagedSource, StagedUpload } from '@tintype/storage'
import type { UploadLimits } from '../limits.ts'

/** A file whose bytes have all arrived; nothing is known yet of what they show. */
export interface StagedFile {
  readonly source: StagedSource
  readonly format: PhotoFormat
  readonly byteSize: number
  /** 64 lower-case hex digits. */
  readonly sha256: string
}

/**
 * Lets a file's bytes flow into staging, and ends it at the first byte that is too many or at the first bytes
 * that are no image.
 *
 * @param declaredType what the client says it is; only ever repeated to the client
 * @throws PAYLOAD_TOO_LARGE, EMPTY_FILE, NOT_AN_IMAGE, and what staging throws
 */
export async function stageFile(
  bytes: AsyncIterable<Uint8Array>,
  staged: StagedUpload,
  { limits, declaredType }: { limits: UploadLimits; declaredType: string },
): Promise<StagedFile> {
  let received = 0
  let head: Uint8Array = new Uint8Array()
  let format: PhotoFormat | undefined
  for await (const chunk of bytes) {
    received += chunk.length
    if (received > limits.maxUploadByteSize) throw tooLarge(limits.maxUploadByteSize, received)
    if (!format) {
      head = Buffer.concat([head, chunk.subarray(0, identifyByteSize - head.length)])
      if (head.length >= identifyByteSize) format = formatOf(head, limits, declaredType)
    }
    const room = staged.write(chunk)
    if (room !== undefined) await room
  }
  if (received === 0) throw new TintypeError('EMPTY_FILE', 'The file has no bytes')
  format ??= formatOf(head, limits, declaredType)
  return { ...(await staged.finish()), format }
}

/** The error for an upload over the limit; both in bytes. */
export function tooLarge(limit: number, received: number): TintypeError {
  return new TintypeError('PAYLOAD_TOO_LARGE', `The file may have ${limit} bytes; more were sent`, {
    facts: { limit, received },
  })
}

function formatOf(head: Uint8Array, { allowedFormats }: UploadLimits, declaredType: string): PhotoFormat {
  const format = identify(head)
  if (format && allowedFormats.includes(format)) return format
  const declared = declaredType.slice(0, 100)
  const found = format ?? guessFileType(head)
  const detail = `Accepted are ${allowedFormats.join(', ')}; declared was ${declared}, found was ${found}`
  throw new TintypeError('NOT_AN_IMAGE', detail, { facts: { accepted: allowedFormats, declared, found } })
}
