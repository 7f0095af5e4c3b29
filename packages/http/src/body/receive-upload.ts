import { createHash } from 'node:crypto'
import { TintypeError } from '@tintype/contract'
import type { StagedUpload } from '@tintype/storage'
import { formOverheadByteSize, type UploadLimits } from '../limits.ts'
import { type FileReader, readForm } from './read-form.ts'
import { readRaw } from './read-raw.ts'
import { type StagedFile, stageFile, tooLarge } from './stage-file.ts'
import type { UploadRequest, UploadWords } from './upload-request.ts'

/** An upload that has arrived whole. */
export interface ReceivedUpload {
  readonly file: StagedFile
  readonly words: UploadWords
}

/**
 * Reads an upload into staging, whichever way it comes, and holds it against the digests it was sent with.
 *
 * @throws what `readForm`, `readRaw` and `stageFile` throw, PAYLOAD_TOO_LARGE by the declared size alone, and DIGEST_MISMATCH
 */
export async function receiveUpload(
  upload: UploadRequest,
  staged: StagedUpload,
  limits: UploadLimits,
): Promise<ReceivedUpload> {
  admitDeclaredSize(upload, limits)
  const readFile: FileReader<StagedFile> = (bytes, declaredType) =>
    stageFile(bytes, staged, { limits, declaredType })
  if (!isForm(upload)) {
    const { file } = await readRaw(upload.body, upload, readFile)
    verifyDigests(upload.expectedSha256, file.sha256)
    return { file, words: upload.words }
  }
  // a digest of a form covers the whole body, boundaries included (RFC 9530 §2); hashed only where one came
  const bodyHash = upload.expectedSha256.length > 0 ? createHash('sha256') : undefined
  const hashChunk = (chunk: Uint8Array) => bodyHash?.update(chunk)
  if (bodyHash) upload.body.on('data', hashChunk)
  try {
    const { contentType, signal } = upload
    const maxByteSize = mostBytes(upload, limits)
    const form = await readForm(upload.body, { contentType, signal, maxByteSize }, readFile)
    if (bodyHash) verifyDigests(upload.expectedSha256, bodyHash.digest('hex'))
    return form
  } finally {
    upload.body.off('data', hashChunk)
  }
}

/**
 * Refuses an upload by its declared size alone, before any byte is read (threat B062). A form may be larger than
 * its file by all its fields.
 *
 * @throws PAYLOAD_TOO_LARGE
 */
export function admitDeclaredSize(
  upload: Pick<UploadRequest, 'contentType' | 'declaredByteSize'>,
  limits: UploadLimits,
): void {
  const declared = upload.declaredByteSize ?? 0
  if (declared > mostBytes(upload, limits)) throw tooLarge(limits.maxUploadByteSize, declared)
}

function mostBytes(upload: Pick<UploadRequest, 'contentType'>, { maxUploadByteSize }: UploadLimits): number {
  return maxUploadByteSize + (isForm(upload) ? formOverheadByteSize : 0)
}

function isForm({ contentType }: Pick<UploadRequest, 'contentType'>): boolean {
  return /^multipart\/form-data\b/i.test(contentType)
}

function verifyDigests(expected: readonly string[], received: string) {
  for (const sha256 of expected) {
    if (sha256 === received) continue
    const detail = 'The SHA-256 of the body is not the one that its digest header gives; nothing was kept'
    throw new TintypeError('DIGEST_MISMATCH', detail, { facts: { expected: sha256, received } })
  }
}
