/**
 * Search texts are folded as `foldForSearch` does since this version. `search_text_of` is JavaScript's `searchTextOf`; a trigger
 * changes the index with each row.
 */
export const foldSearchTexts = `
UPDATE photos SET search_text = search_text_of(title, alt, filename, tags)
  WHERE search_text <> search_text_of(title, alt, filename, tags);
`
