import { createHash } from 'node:crypto'
import type { Readable } from 'node:stream'
import { TintypeError } from '@tintype/contract'
import { assertSha256, type UploadDetails, type UploadSession } from '@tintype/photos'
import { formOverheadByteSize } from './form-limits.ts'
import type { InTurn } from './pipe-in-turns.ts'
import { readForm } from './read-form.ts'
import { readRaw } from './read-raw.ts'
import { addMissing } from './upload-details.ts'

/** The body of an upload, and what its request says about it. */
export interface UploadBody {
  /** Read as far as needed and never destroyed: its owner closes it after the answer. */
  readonly body: Readable
  /** Media type with parameters. `multipart/form-data` is a form; any other body is the file itself. */
  readonly contentType: string
  /** Details from outside the body. Of a form, they are used for what the form does not say. */
  readonly details: UploadDetails
  /** SHA-256 digests of the body, 64 lower-case hex digits each. */
  readonly expectedSha256: readonly string[]
  /** Ends the reading with its reason: the client has left or is too slow, or the server stops. */
  readonly signal: AbortSignal
  /** Calls its task when the body may be read on. */
  readonly inTurn: InTurn
}

/** What the body said. `session.finish` needs both. */
export interface ReceivedUpload {
  readonly details: UploadDetails
  /** Digests that the file itself must have. Empty for a form, whose digests are compared here. */
  readonly expectedSha256: readonly string[]
}

/**
 * Writes the file of a form or a raw body to the session while it arrives. Resolves when the whole body has arrived.
 *
 * @param limits.maxUploadByteSize bytes of the file
 * @throws what `readForm`, `readRaw` and `session.writeAll` throw, and DIGEST_MISMATCH
 */
export async function receiveUpload(
  upload: UploadBody,
  session: UploadSession,
  { maxUploadByteSize }: { readonly maxUploadByteSize: number },
): Promise<ReceivedUpload> {
  const { body, contentType, details, expectedSha256, signal, inTurn } = upload
  const writeFile = (bytes: Readable, declaredType: string) => session.writeAll(bytes, { declaredType })
  if (!isForm(contentType)) {
    await readRaw(body, { contentType, signal, inTurn }, writeFile)
    return { details, expectedSha256 }
  }
  // a digest of a form covers the whole body, boundaries included (RFC 9530 §2); hashed only if one was sent
  const bodyHash = expectedSha256.length > 0 ? createHash('sha256') : undefined
  const hashChunk = (chunk: Uint8Array) => bodyHash?.update(chunk)
  if (bodyHash) body.on('data', hashChunk)
  try {
    const maxByteSize = maxBodyByteSize(contentType, maxUploadByteSize)
    const formDetails = await readForm(body, { contentType, signal, maxByteSize, inTurn }, writeFile)
    if (bodyHash) assertSha256(bodyHash.digest('hex'), expectedSha256)
    return { details: addMissing(formDetails, details), expectedSha256: [] }
  } finally {
    body.off('data', hashChunk)
  }
}

/**
 * Refuses an upload because of its declared size, before any byte is read (threat B062). A form may be larger than its
 * file by `formOverheadByteSize`.
 *
 * @param declared bytes of the body; 0 if the request does not declare them
 * @throws PAYLOAD_TOO_LARGE
 */
export function assertDeclaredSize(
  declared: number,
  { contentType, maxUploadByteSize }: { readonly contentType: string; readonly maxUploadByteSize: number },
): void {
  if (declared <= maxBodyByteSize(contentType, maxUploadByteSize)) return
  const detail = `The file is larger than the limit of ${maxUploadByteSize} bytes`
  throw new TintypeError('PAYLOAD_TOO_LARGE', detail, {
    facts: { limit: maxUploadByteSize, received: declared },
  })
}

function maxBodyByteSize(contentType: string, maxUploadByteSize: number): number {
  return maxUploadByteSize + (isForm(contentType) ? formOverheadByteSize : 0)
}

/** Whether the details of an upload are in its body. Otherwise they are known before it. */
export function isForm(contentType: string): boolean {
  return /^multipart\/form-data\b/i.test(contentType)
}
