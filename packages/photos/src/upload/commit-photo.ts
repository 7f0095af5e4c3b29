import type { InsertOutcome, PhotoRecord } from '@tintype/catalog'
import { formatFacts, type PhotoId, TintypeError } from '@tintype/contract'
import { fitInside, type ImageFacts, previewBox } from '@tintype/imaging'
import type { BlobKey } from '@tintype/storage'
import { originalKey } from '../blob-keys.ts'
import { createdAtOf } from '../photo-id.ts'
import { cleanFilename } from './clean-filename.ts'
import type { IngestDependencies } from './ingest-dependencies.ts'
import { sameBytes } from './replay-upload.ts'
import type { StagedFile } from './stage-file.ts'
import type { UploadRequest } from './upload-request.ts'

/** A checked upload, ready to become a photo. */
export interface CheckedUpload {
  readonly file: StagedFile
  readonly facts: ImageFacts
  readonly text: {
    title?: string | null | undefined
    alt?: string | null | undefined
    tags?: string[] | undefined
  }
  readonly filename: string | undefined
}

/** What a commit works with. */
export type CommitDependencies = Pick<IngestDependencies, 'blobs' | 'catalog' | 'log' | 'newPhotoId'>

/** A photo that is durable. */
export interface CommittedPhoto {
  readonly photo: PhotoRecord
  /** It was made by an earlier upload, or one beside this, with the same idempotency key. */
  readonly isReplay: boolean
}

/** Random ids collide about never; more than this many times in a row means that something else is wrong. */
const maxCollisions = 3

/**
 * Stores the bytes, then records the row. A key or id that is taken is left alone, and another is tried (threats B060,
 * B199).
 *
 * @throws IDEMPOTENCY_CONFLICT, and what store and catalog throw; then nothing was kept
 */
export async function commitPhoto(
  upload: CheckedUpload,
  { idempotencyKey, signal }: Pick<UploadRequest, 'idempotencyKey' | 'signal'>,
  deps: CommitDependencies,
): Promise<CommittedPhoto> {
  for (let collisions = 0; collisions < maxCollisions; collisions++) {
    const photo = describePhoto(deps.newPhotoId(), upload)
    const key = originalKey(photo.id, photo.format)
    const contentType = formatFacts[photo.format].mimeType
    const stored = await deps.blobs.put(key, upload.file.source, { contentType, ifExists: 'fail', signal })
    if (stored === 'stored') {
      const outcome = await record(photo, key, { idempotencyKey }, deps)
      if (outcome.status === 'inserted') return { photo, isReplay: false }
      await discard(key, deps)
      if (outcome.status === 'key-taken')
        return { photo: sameBytes(outcome.photo, photo.sha256), isReplay: true }
    }
    deps.log.warn({ event: 'collision', photoId: photo.id }, 'a photo id was taken; nothing was overwritten')
  }
  throw new TintypeError('INTERNAL', 'No free id was found for the photo')
}

/**
 * Inserts the row. Where the catalog fails, its answer decides what happened: a commit whose outcome is unknown
 * may have succeeded (threat B195).
 */
async function record(
  photo: PhotoRecord,
  key: BlobKey,
  options: { idempotencyKey: string | undefined },
  deps: CommitDependencies,
): Promise<InsertOutcome> {
  try {
    return await deps.catalog.insert(photo, options)
  } catch (error) {
    const found = await deps.catalog.get(photo.id).catch(() => 'unknown' as const)
    if (found === undefined) await discard(key, deps)
    else if (found !== 'unknown') return { status: 'inserted' }
    throw error // unknown: the bytes stay, and the sweep decides when the catalog can be asked again
  }
}

/** Takes bytes back that no row will name. A failure here is not the upload's: the sweep will find them. */
async function discard(key: BlobKey, { blobs, log }: CommitDependencies): Promise<void> {
  await blobs
    .delete(key)
    .catch((error) => log.warn({ event: 'orphan', key, err: error }, 'an orphan is left to the sweep'))
}

function describePhoto(id: PhotoId, { file, facts, text, filename }: CheckedUpload): PhotoRecord {
  const thumbnail = fitInside(facts, previewBox)
  return {
    id,
    format: file.format,
    byteSize: file.byteSize,
    sha256: file.sha256,
    width: facts.width,
    height: facts.height,
    thumbnailWidth: thumbnail.width,
    thumbnailHeight: thumbnail.height,
    placeholder: facts.placeholder,
    filename: cleanFilename(filename, `photo-${id}.${formatFacts[file.format].extension}`),
    title: text.title ?? null,
    alt: text.alt ?? null,
    tags: text.tags ?? [],
    createdAt: createdAtOf(id),
    takenAt: facts.takenAt,
  }
}
