import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { PhotoRecord } from '../../photo-catalog.ts'
import { searchTextOf } from '../../search-text.ts'

/** Columns of a photo, of `photos AS p`, in the order of a `PhotoRow`. */
export const photoColumns = `
  p.seq, p.id, p.format, p.byte_size, p.sha256, p.width, p.height, p.thumbnail_width, p.thumbnail_height,
  p.placeholder, p.filename, p.title, p.alt, p.tags, p.created_at, p.taken_at`

/** A photo as SQLite gives it: tags are JSON. */
type PhotoRow = readonly [
  seq: number,
  id: PhotoRecord['id'],
  format: PhotoRecord['format'],
  byteSize: number,
  sha256: string,
  width: number,
  height: number,
  thumbnailWidth: number,
  thumbnailHeight: number,
  placeholder: string,
  filename: string,
  title: string | null,
  alt: string | null,
  tags: string,
  createdAt: string,
  takenAt: string | null,
]

/** A photo and its insertion number. */
export interface StoredPhoto {
  readonly seq: number
  /** A plain object that the caller owns. */
  readonly photo: PhotoRecord
}

/**
 * Prepares a statement that selects `photoColumns`. Rows come as arrays: as objects they would have no shape that V8
 * knows, and a page of 50 take more than twice the time.
 */
export function preparePhotos(database: DatabaseSync, sql: string): StatementSync {
  const statement = database.prepare(sql)
  statement.setReturnArrays(true)
  return statement
}

/** Reads a row of a statement of `preparePhotos`. */
export function toStoredPhoto(row: unknown): StoredPhoto {
  const [seq, id, format, byteSize, sha256, width, height, thumbnailWidth, thumbnailHeight, ...rest] =
    row as PhotoRow
  const [placeholder, filename, title, alt, tags, createdAt, takenAt] = rest
  const facts = { id, format, byteSize, sha256, width, height, thumbnailWidth, thumbnailHeight }
  const texts = { placeholder, filename, title, alt, tags: JSON.parse(tags) as string[] }
  return { seq, photo: { ...facts, ...texts, createdAt, takenAt } }
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
