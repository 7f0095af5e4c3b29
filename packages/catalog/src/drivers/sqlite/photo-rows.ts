import type { PhotoRecord } from '../../photo-catalog.ts'
import { searchTextOf } from '../../search-text.ts'

/** Columns of a photo, of `photos AS p`, under the names that a `PhotoRow` has. */
export const photoColumns = `
  p.seq, p.id, p.format, p.byte_size AS byteSize, p.sha256, p.width, p.height,
  p.thumbnail_width AS thumbnailWidth, p.thumbnail_height AS thumbnailHeight, p.placeholder,
  p.filename, p.title, p.alt, p.tags, p.created_at AS createdAt, p.taken_at AS takenAt`

/** A photo as SQLite gives it: tags are JSON, and `seq` is its insertion number. */
export interface PhotoRow extends Omit<PhotoRecord, 'tags'> {
  readonly seq: number
  readonly tags: string
}

/** The record of a row, or of none; a plain object that the caller owns. */
export function toPhotoRecord(row: PhotoRow): PhotoRecord
export function toPhotoRecord(row: PhotoRow | undefined): PhotoRecord | undefined
export function toPhotoRecord(row: PhotoRow | undefined): PhotoRecord | undefined {
  if (row === undefined) return undefined
  const { seq: _seq, tags, ...facts } = row
  return { ...facts, tags: JSON.parse(tags) as string[] }
}

/** Named parameters for a photo. Members are named one by one, because an unknown one would be refused. */
export function toPhotoParameters(photo: PhotoRecord) {
  const { id, format, byteSize, sha256, width, height, thumbnailWidth, thumbnailHeight } = photo
  const { placeholder, filename, createdAt, takenAt } = photo
  const facts = { id, format, byteSize, sha256, width, height, thumbnailWidth, thumbnailHeight }
  return { ...facts, placeholder, filename, createdAt, takenAt, ...toTextParameters(photo) }
}

/** Named parameters for what a person may change, and what follows from it. */
export function toTextParameters(photo: PhotoRecord) {
  const { title, alt, tags } = photo
  return { title, alt, tags: JSON.stringify(tags), searchText: searchTextOf(photo) }
}
