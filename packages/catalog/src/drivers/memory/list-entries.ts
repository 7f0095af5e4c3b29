import { foldForSearch, type PhotoId, TintypeError } from '@tintype/contract'
import { copyPhoto } from '../../copy-photo.ts'
import {
  boundsOf,
  type ListBounds,
  type ListPosition,
  newerThan,
  takenKeyOf,
  toPage,
} from '../../list-position.ts'
import type { ListPage, ListQuery, PhotoRecord } from '../../photo-catalog.ts'
import { searchTextOf } from '../../search-text.ts'
import { createPacer } from './pacer.ts'

interface Entry {
  readonly seq: number
  readonly photo: PhotoRecord
}

/** Finds pages of the photos, which are in the order of insertion. */
export function createEntryLists(entries: ReadonlyMap<PhotoId, Entry>) {
  /** Folding costs more than comparing, and a changed photo is another object. */
  const searchTexts = new WeakMap<PhotoRecord, string>()

  function searchTextFor(photo: PhotoRecord): string {
    const text = searchTexts.get(photo) ?? searchTextOf(photo)
    searchTexts.set(photo, text)
    return text
  }

  function matches(photo: PhotoRecord, { tag, owner, visibility }: ListQuery, needle: string): boolean {
    return (
      (tag === undefined || photo.tags.includes(tag)) &&
      (owner === undefined || photo.owner === owner) &&
      (visibility === undefined || photo.visibility === visibility) &&
      (needle === '' || searchTextFor(photo).includes(needle))
    )
  }

  /** The next ones beyond the bound, in the direction of reading. */
  function* readFrom(
    query: ListQuery,
    { bound, isTaken, isBackward }: ListBounds,
    limit: number,
  ): Generator<void, Entry[]> {
    const needle = foldForSearch(query.search ?? '')
    const sign = isBackward ? 1 : -1
    const compare = (one: ListPosition, other: ListPosition) => {
      if (isTaken && one.takenKey !== other.takenKey) return one.takenKey < other.takenKey ? -sign : sign
      return sign * (one.seq - other.seq)
    }
    const isTimeOver = createPacer()
    const nearest: Entry[] = []
    const all = [...entries.values()]
    if (!isBackward) all.reverse()
    for (const entry of all) {
      if (isTimeOver()) yield
      const position = positionOf(entry)
      const furthest = nearest.length < limit ? undefined : nearest.at(-1)
      if (furthest !== undefined && !isTaken) break
      if (compare(position, bound) <= 0) continue
      if (furthest !== undefined && compare(position, positionOf(furthest)) > 0) continue
      if (!matches(entry.photo, query, needle)) continue
      let at = nearest.length
      while (at > 0 && compare(position, positionOf(nearest[at - 1] ?? entry)) < 0) at -= 1
      nearest.splice(at, 0, entry)
      nearest.length = Math.min(nearest.length, limit)
    }
    return nearest
  }

  /** @throws PHOTO_NOT_FOUND, INVALID_REQUEST */
  return function* list(query: ListQuery): Generator<void, ListPage> {
    const around =
      query.cursor === undefined && query.around !== undefined ? entries.get(query.around) : undefined
    if (query.cursor === undefined && query.around !== undefined && around === undefined)
      throw new TintypeError('PHOTO_NOT_FOUND', 'No photo has this id')
    const position = around && positionOf(around)
    const bounds = boundsOf(query, position)
    const found = yield* readFrom(query, bounds, query.limit + 1)
    const newer = position === undefined ? [] : yield* readFrom(query, newerThan(position, bounds), 1)
    const copies = found.map(({ seq, photo }) => ({ seq, photo: copyPhoto(photo) }))
    return toPage(copies, query, { ...bounds, hasNewer: newer.length > 0 })
  }
}

function positionOf({ seq, photo }: Entry): ListPosition {
  return { seq, takenKey: takenKeyOf(photo) }
}
