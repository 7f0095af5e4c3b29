import type { PhotoRecord } from './photo-catalog.ts'

const separator = '\u001f'

/** Characters, except those that NFKC replaces by five or more: squared katakana and units, and two Arabic formulas. */
const exceptWords = /[^\u3300-\u3357\u33ae\u33af\ufdfa\ufdfb]+/g

/**
 * Text for comparing in searches. Texts become equal that differ in case, in composed and decomposed characters, or in
 * compatible forms such as full-width letters and half-width katakana (NFKC). Letters with and without accents stay different.
 * Characters that stand for whole words (`㌖`) are not spelled out, so that a folded text has at most four characters for each
 * one.
 *
 * Upper case before lower case makes `ß` equal to `SS`. `toLowerCase` chooses the final sigma by its neighbours, so it becomes a
 * plain sigma, and a word is found by its beginning. The four letters i of Turkish become one, because which of them belong
 * together depends on the language.
 *
 * Two characters that no input schema accepts are replaced: the separator below, so that no search matches across two
 * fields, and NUL, at which SQLite's query parser would stop.
 *
 * Stored texts are folded by this function. A change of it needs a migration that folds them again.
 */
export function foldForSearch(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(separator, '\ufffd')
    .replaceAll('\0', '\ufffd')
    .replace(exceptWords, (run) => run.normalize('NFKC'))
    .toLowerCase() // ẞ has no other upper case
    .toUpperCase()
    .toLowerCase()
    .replaceAll('ς', 'σ')
    .replace(/i\u0307+/g, 'i')
    .normalize('NFC')
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
