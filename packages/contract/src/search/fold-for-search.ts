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
 * Characters that no input schema accepts are replaced: lone surrogates, U+001F, which separates the fields in catalogs, and
 * NUL, at which SQLite's query parser would stop.
 *
 * Catalogs store texts that are folded by this function. A change of it needs a migration that folds them again.
 */
export function foldForSearch(text: string): string {
  return text
    .replace(/\p{Surrogate}/gu, '\ufffd') // not toWellFormed, which the oldest supported browsers do not have
    .replaceAll('\u001f', '\ufffd')
    .replaceAll('\0', '\ufffd')
    .replace(exceptWords, (run) => run.normalize('NFKC'))
    .toLowerCase() // ẞ has no other upper case
    .toUpperCase()
    .toLowerCase()
    .replaceAll('ς', 'σ')
    .replace(/i\u0307+/g, 'i')
    .normalize('NFC')
}
