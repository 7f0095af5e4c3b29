import type { PhotoRecord } from './photo-catalog.ts'

const separator = '\u001f'

/**
 * Text as searches compare it: without case. Two texts that differ only in case give the same; the final sigma,
 * which `toLowerCase` chooses by its neighbours, counts as a sigma, so that a word is found by its beginning.
 *
 * Two characters that no input schema lets in are replaced: the separator below, so that no search reaches from
 * one field into the next, and NUL, where SQLite's query parser would stop reading.
 */
export function foldForSearch(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(separator, '\ufffd')
    .replaceAll('\0', '\ufffd')
    .toLowerCase()
    .replaceAll('ς', 'σ')
}

/** What a search may find of a photo, folded: each field and each tag between two separators. */
export function searchTextOf(photo: Pick<PhotoRecord, 'title' | 'alt' | 'filename' | 'tags'>): string {
  const fields = [photo.title ?? '', photo.alt ?? '', photo.filename, ...photo.tags]
  return `${separator}${fields.map(foldForSearch).join(separator)}${separator}`
}

/** What stands in `searchTextOf` of every photo with this tag (and of some others): the tag as a whole field. */
export function foldedField(tag: string): string {
  return `${separator}${foldForSearch(tag)}${separator}`
}

/**
 * Whether a folded search has one or two characters. That is too short for an index of trigrams: a driver looks at
 * photos one by one, and may look at its last `shortSearchReach` insertions only.
 */
export function isShortSearch(needle: string): boolean {
  return needle !== '' && [...needle].length < 3
}
