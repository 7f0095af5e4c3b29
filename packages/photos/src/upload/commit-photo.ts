import {
  type InsertOptions,
  type InsertOutcome,
  isOutcomeUnknown,
  type PhotoRecord,
  type RenditionRecord,
} from '@tintype/catalog'
import { fileTypes, type PhotoId, TintypeError } from '@tintype/contract'
import { type ImageFacts, type RenderedImage, renditionSize } from '@tintype/imaging'
import type { BlobKey } from '@tintype/storage'
import { originalKey, renditionKey } from '../blob-keys.ts'
import { createdAtOf } from '../photo-id.ts'
import { putOptionsOf, toRenditionRecord } from '../renditions/store-rendition.ts'
import { thumbnailTarget } from '../renditions/thumbnail-target.ts'
import { cleanFilename } from './clean-filename.ts'
import type { StagedFile } from './incoming-file.ts'
import type { IngestDependencies } from './ingest-dependencies.ts'
import type { PhotoTerms } from './photo-terms.ts'
import { refusedByTerms } from './refused-by-terms.ts'
import { idempotencyOf, sameBytes, type UploadIdentity } from './replay-upload.ts'
import type { FinishOptions } from './upload-session.ts'

/** A checked upload, ready to become a photo. */
export interface CheckedUpload {
  readonly file: StagedFile
  readonly facts: ImageFacts
  /** Absent if only the header was read. */
  readonly thumbnail?: RenderedImage | undefined
  readonly text: {
    title?: string | null | undefined
    alt?: string | null | undefined
    tags?: string[] | undefined
  }
  readonly filename: string | undefined
  readonly terms: PhotoTerms
}

/** The dependencies of a commit. */
export type CommitDependencies = Pick<IngestDependencies, 'blobs' | 'catalog' | 'log' | 'newPhotoId'>

/** A photo that is durable. */
export interface CommittedPhoto {
  readonly photo: PhotoRecord
  /** Whether it was made by another upload with the same idempotency key, earlier or at the same time. */
  readonly isReplay: boolean
  /** Its thumbnail, if it was stored and recorded with the photo. */
  readonly thumbnail?: RenditionRecord | undefined
}

/** Random ids almost never collide. So many collisions in a row mean that something else is wrong. */
const maxCollisions = 3

/**
 * Stores the bytes of the photo and of its thumbnail, then records both rows at once. A thumbnail that cannot be stored does not
 * fail the upload: it is logged, and made again. A key or id that is in use is left alone, and another is tried (threats B060,
 * B199).
 *
 * @throws IDEMPOTENCY_CONFLICT, TOKEN_USED_UP, QUOTA_EXCEEDED, and what store and catalog throw; then nothing was kept, unless the catalog's outcome
 *   is unknown
 */
export async function commitPhoto(
  upload: CheckedUpload,
  { signal, ...identity }: UploadIdentity & Pick<FinishOptions, 'signal'>,
  deps: CommitDependencies,
): Promise<CommittedPhoto> {
  const idempotency = idempotencyOf(identity)
  for (let collisions = 0; collisions < maxCollisions; collisions++) {
    const photo = toPhotoRecord(deps.newPhotoId(), upload)
    const contentType = fileTypes[photo.format].mimeType
    const key = originalKey(photo.id, photo.format)
    const stored = await deps.blobs.put(key, upload.file.source, { contentType, ifExists: 'fail', signal })
    if (stored === 'stored') {
      const thumbnail = upload.thumbnail && (await storeThumbnail(photo, upload.thumbnail, deps))
      const { grant, quotas } = upload.terms
      const options = { idempotency, grant, quotas, rendition: thumbnail }
      const outcome = await record(photo, options, deps)
      if (outcome.status === 'inserted') return { photo, isReplay: false, thumbnail }
      await discard(photo, thumbnail, deps)
      if (outcome.status === 'key-taken')
        return { photo: sameBytes(outcome.photo, photo.sha256), isReplay: true }
      if (outcome.status !== 'id-taken') throw refusedByTerms(outcome)
    }
    deps.log.warn({ event: 'collision', photoId: photo.id }, 'a photo id was in use; nothing was overwritten')
  }
  throw new TintypeError('INTERNAL', 'No unused id was found for the photo')
}

/** Resolves with its record; `undefined` if it could not be stored, or something is stored in its place. Never rejects. */
async function storeThumbnail(
  { id }: PhotoRecord,
  image: RenderedImage,
  { blobs, log }: CommitDependencies,
): Promise<RenditionRecord | undefined> {
  const rendition = toRenditionRecord(image, { photoId: id, name: 'thumb' })
  const options = { ...putOptionsOf(rendition), ifExists: 'fail' } as const
  try {
    return (await blobs.put(keyOf(rendition), image.bytes, options)) === 'stored' ? rendition : undefined
  } catch (error) {
    log.warn(
      { event: 'thumbnail', photoId: id, err: error },
      'the thumbnail of an upload could not be stored; it is made again',
    )
    return undefined
  }
}

/**
 * Inserts the rows. The bytes are deleted only if the catalog refused the row for certain. If the outcome is unknown
 * (threat B195), they stay: the photo may exist, or may still appear. Then the sweep decides, and a repeated upload finds
 * the photo by its idempotency key.
 */
async function record(
  photo: PhotoRecord,
  options: InsertOptions,
  deps: CommitDependencies,
): Promise<InsertOutcome> {
  try {
    return await deps.catalog.insert(photo, options)
  } catch (error) {
    if (!isOutcomeUnknown(error)) await discard(photo, options.rendition, deps)
    else if ((await deps.catalog.get(photo.id).catch(() => undefined))?.sha256 === photo.sha256)
      return { status: 'inserted' }
    throw error
  }
}

/** Deletes bytes that no row will name. */
async function discard(
  { id, format }: PhotoRecord,
  thumbnail: RenditionRecord | undefined,
  deps: CommitDependencies,
): Promise<void> {
  await remove(originalKey(id, format), deps)
  if (thumbnail) await remove(keyOf(thumbnail), deps)
}

/** A failure here does not fail the upload: the sweep will find the bytes. */
async function remove(key: BlobKey, { blobs, log }: CommitDependencies): Promise<void> {
  await blobs
    .delete(key)
    .catch((error) =>
      log.warn(
        { event: 'orphan', key, err: error },
        'the bytes of a refused photo could not be removed; the sweep will remove them',
      ),
    )
}

function keyOf({ photoId, name, format }: RenditionRecord): BlobKey {
  return renditionKey(photoId, name, format)
}

function toPhotoRecord(id: PhotoId, { file, facts, text, filename, terms }: CheckedUpload): PhotoRecord {
  const thumbnail = renditionSize(facts, thumbnailTarget)
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
    filename: cleanFilename(filename, `photo-${id}.${fileTypes[file.format].extension}`),
    title: text.title ?? null,
    alt: text.alt ?? null,
    tags: text.tags ?? [],
    createdAt: createdAtOf(id),
    takenAt: facts.takenAt,
    owner: terms.owner,
    visibility: terms.visibility,
    metadata: terms.metadata,
    uploadedBy: terms.uploadedBy,
  }
}
