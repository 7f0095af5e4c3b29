import type { Photo, PhotoPage } from '@tintype/client'
import { matchesSearch } from '@tintype/client/search'

/** Which photos a list has. */
export interface PhotoQuery {
  /** Only photos with this tag, 1 to 64 characters. */
  readonly tag?: string | undefined
  /** Only photos whose title, alt, filename or tags contain this text in any case; 200 characters at most. */
  readonly search?: string | undefined
  /**
   * The order, newest first: by the upload, or by the time that the photo was taken. `taken` and `search` exclude each other.
   *
   * @default 'uploaded'
   */
  readonly sort?: 'uploaded' | 'taken' | undefined
}

/** Whether a new or changed photo belongs to a list, as the server decides it. */
export function matchesQuery(photo: Photo, { tag, search = '' }: PhotoQuery): boolean {
  return (tag === undefined || photo.tags.includes(tag)) && matchesSearch(photo, search)
}

/** Each photo once: the first of its kind. */
export function withoutDuplicates(photos: readonly Photo[]): readonly Photo[] {
  const seen = new Set<string>()
  return photos.filter(({ id }) => !seen.has(id) && seen.add(id))
}

/**
 * Adds a photo at its place in the order.
 *
 * @param isEndKnown whether the last page is loaded; else a photo that would be last is on a page that comes later
 * @returns the same array if the photo is on a page that comes later
 */
export function insertPhoto(
  photos: readonly Photo[],
  photo: Photo,
  { sort, isEndKnown }: Pick<PhotoQuery, 'sort'> & { readonly isEndKnown: boolean },
): readonly Photo[] {
  const timeOf = sort === 'taken' ? takenTimeOf : ({ createdAt }: Photo) => createdAt
  const place = photos.findIndex((one) => timeOf(one) <= timeOf(photo))
  if (place < 0) return isEndKnown ? [...photos, photo] : photos
  return [...photos.slice(0, place), photo, ...photos.slice(place)]
}

/** To the second, as the server compares them. */
const takenTimeOf = ({ takenAt, createdAt }: Photo): string => (takenAt ?? createdAt).slice(0, 19)

/**
 * A first page that was loaded again, and what was loaded after it. If none of the page is known, the rest is left out, because
 * photos between the two may be missing.
 */
export function mergeFirstPage(
  loaded: readonly Photo[],
  page: PhotoPage,
  nextCursor: string | null | undefined,
): { readonly photos: readonly Photo[]; readonly nextCursor: string | null } {
  const ids = new Set(page.photos.map(({ id }) => id))
  const lastKnown = loaded.findLastIndex(({ id }) => ids.has(id))
  if (page.nextCursor === null || nextCursor === undefined || lastKnown < 0) return page
  return { photos: withoutDuplicates([...page.photos, ...loaded.slice(lastKnown + 1)]), nextCursor }
}
