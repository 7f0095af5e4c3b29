import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { PhotoMetadata } from '@tintype/contract'
import type { PhotoRecord } from '../../photo-catalog.ts'
import { searchTextOf } from '../../search-text.ts'

/** What is stored of a photo, in the order of a row's members. Its column has the same name, in snake case. */
const members = [
  'id',
  'format',
  'byteSize',
  'sha256',
  'width',
  'height',
  'thumbnailWidth',
  'thumbnailHeight',
  'placeholder',
  'filename',
  'title',
  'alt',
  'tags',
  'createdAt',
  'takenAt',
  'owner',
  'visibility',
  'metadata',
  'uploadedBy',
] as const satisfies readonly (keyof PhotoRecord)[]

const columns = members.map((member) => member.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`))

/** Columns of a photo, of `photos AS p`, in the order of a `PhotoRow`. */
export const photoColumns = ['seq', ...columns].map((column) => `p.${column}`).join(', ')

/** Inserts the parameters of `toPhotoParameters`; returns the row's number, or no row if the id is taken. */
export const insertPhoto = `
  INSERT INTO photos (${columns.join(', ')}, search_text)
  VALUES (${members.map((member) => `:${member}`).join(', ')}, :searchText)
  ON CONFLICT (id) DO NOTHING RETURNING seq`

/** A photo as SQLite stores it: tags and metadata are JSON. */
type StoredMembers = Omit<PhotoRecord, 'tags' | 'metadata'> & {
  readonly tags: string
  readonly metadata: string | null
}

type ValuesOf<Members extends readonly (keyof StoredMembers)[]> = {
  readonly [At in keyof Members]: StoredMembers[Members[At]]
}

type PhotoRow = readonly [seq: number, ...ValuesOf<typeof members>]

/** A photo and its insertion number. */
export interface StoredPhoto {
  readonly seq: number
  /** A plain object that the caller owns. */
  readonly photo: PhotoRecord
}

/**
 * Prepares a statement that selects `photoColumns`. It returns rows as arrays: V8 is slow with SQLite's row objects, and a
 * page of 50 would take more than twice the time.
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
  const [placeholder, filename, title, alt, tags, createdAt, takenAt, ...access] = rest
  const [owner, visibility, metadata, uploadedBy] = access
  const facts = { id, format, byteSize, sha256, width, height, thumbnailWidth, thumbnailHeight }
  const texts = { placeholder, filename, title, alt, tags: JSON.parse(tags) as string[] }
  const owned = {
    owner,
    visibility,
    metadata: metadata === null ? null : parseMetadata(metadata),
    uploadedBy,
  }
  return { seq, photo: { ...facts, ...texts, createdAt, takenAt, ...owned } }
}

function parseMetadata(text: string): PhotoMetadata {
  return JSON.parse(text) as PhotoMetadata
}

/** Named parameters for a photo. Members are named one by one, because SQLite refuses an unknown one. */
export function toPhotoParameters(photo: PhotoRecord) {
  const { id, format, byteSize, sha256, width, height, thumbnailWidth, thumbnailHeight } = photo
  const { placeholder, filename, createdAt, takenAt, owner, uploadedBy } = photo
  const facts = { id, format, byteSize, sha256, width, height, thumbnailWidth, thumbnailHeight }
  const fixed = { placeholder, filename, createdAt, takenAt, owner, uploadedBy }
  return { ...facts, ...fixed, ...toChangeableParameters(photo) }
}

/** Named parameters for what may be changed, and for what is derived from it. */
export function toChangeableParameters(photo: PhotoRecord) {
  const { title, alt, tags, visibility, metadata } = photo
  return {
    title,
    alt,
    tags: JSON.stringify(tags),
    visibility,
    metadata: metadata === null ? null : JSON.stringify(metadata),
    searchText: searchTextOf(photo),
  }
}
