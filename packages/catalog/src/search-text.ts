import { foldForSearch } from '@tintype/contract'
import type { PhotoRecord } from './photo-catalog.ts'

/** No folded text contains it, so that no search matches across two fields. */
const separator = '\u001f'

/** The searchable text of a photo, folded: each field and each tag between two separators. */
export function searchTextOf(photo: Pick<PhotoRecord, 'title' | 'alt' | 'filename' | 'tags'>): string {
  const fields = [photo.title ?? '', photo.alt ?? '', photo.filename, ...photo.tags]
  return `${separator}${fields.map(foldForSearch).join(separator)}${separator}`
}

/** The tag as a whole field. `searchTextOf` of every photo with this tag contains it, and that of some others. */
export function foldedField(tag: string): string {
  return `${separator}${foldForSearch(tag)}${separator}`
}

/**
 * Whether a folded search has one or two characters. That is too short for an index of trigrams: a driver reads photos one
 * by one, and may read its last `shortSearchReach` insertions only.
 */
export function isShortSearch(needle: string): boolean {
  return needle !== '' && [...needle].length < 3
}
