import type { PhotoMetadata } from '@tintype/contract'
import type { PhotoRecord } from '../../photo-catalog.ts'
import { searchTextOf } from '../../search-text.ts'
import type { Session } from './database.ts'

/** A photo as pg returns it. */
export interface PhotoRow extends Omit<PhotoRecord, 'sha256' | 'createdAt' | 'metadata' | 'tags'> {
  readonly seq: number
  readonly sha256: Buffer
  readonly createdAt: Date
  readonly tags: string[]
  /** JSON. */
  readonly metadata: string | null
}

/** Columns of a `PhotoRow`, of `photos AS p`. */
export const photoColumns = `p.seq, p.id, p.format, p.byte_size AS "byteSize", p.sha256, p.width, p.height,
  p.thumbnail_width AS "thumbnailWidth", p.thumbnail_height AS "thumbnailHeight", p.placeholder, p.filename, p.title, p.alt,
  p.tags, p.created_at AS "createdAt", p.taken_at AS "takenAt", p.owner, p.visibility, p.metadata,
  p.uploaded_by AS "uploadedBy"`

/** A plain object that the caller owns. */
export function toPhotoRecord({ seq: _, ...row }: PhotoRow): PhotoRecord {
  return {
    ...row,
    sha256: row.sha256.toString('hex'),
    createdAt: row.createdAt.toISOString(),
    metadata: row.metadata === null ? null : (JSON.parse(row.metadata) as PhotoMetadata),
  }
}

/** Parameters for every member of a photo, named after it, copied from it. */
export function toPhotoParameters(photo: PhotoRecord) {
  const sha256 = Buffer.from(photo.sha256, 'hex')
  return { ...photo, sha256, ...toChangeableParameters(photo) }
}

/** Parameters for what may be changed, and for what is derived from it. */
export function toChangeableParameters(photo: PhotoRecord) {
  const { title, alt, tags, visibility, metadata } = photo
  return {
    title,
    alt,
    tags: [...tags],
    visibility,
    metadata: metadata === null ? null : JSON.stringify(metadata),
    searchText: searchTextOf(photo),
  }
}

/** Selects one photo by its id, which must be a valid one. */
export async function findPhoto(session: Session, id: string, lock = ''): Promise<PhotoRow | undefined> {
  const sql = `SELECT ${photoColumns} FROM tintype.photos AS p WHERE p.id = :id ${lock}`
  return (await session.query<PhotoRow>(sql, { id }))[0]
}
