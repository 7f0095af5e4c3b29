import type { Photo } from '../photo.ts'
import { foldForSearch } from './fold-for-search.ts'

/**
 * Whether a search for a text finds a photo, as the server decides it: if its title, alt, filename or one of its tags contains
 * the text, in any case and however Unicode spells it. An empty text finds every photo.
 */
export function matchesSearch(
  { title, alt, filename, tags }: Pick<Photo, 'title' | 'alt' | 'filename' | 'tags'>,
  search: string,
): boolean {
  const folded = foldForSearch(search)
  return [title ?? '', alt ?? '', filename, ...tags].some((text) => foldForSearch(text).includes(folded))
}
