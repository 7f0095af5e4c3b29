import type { PhotoRecord } from './photo-catalog.ts'

const separator = '\u001f'

/**
 * Text without case, for comparing in searches. Two texts that differ only in case become equal. `toLowerCase` chooses the
 * final sigma by its neighbours, so it becomes a plain sigma, and a word is found by its beginning.
 *
 * Two characters that no input schema accepts are replaced: the separator below, so that no search matches across two
 * fields, and NUL, at which SQLite's query parser would stop.
 */
export function foldForSearch(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(separator, '\ufffd')
    .replaceAll('\0', '\ufffd')
    .toLowerCase()
    .replaceAll('ς', 'σ')
}

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
