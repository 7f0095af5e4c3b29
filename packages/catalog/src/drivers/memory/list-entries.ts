import { type PhotoId, TintypeError } from '@tintype/contract'
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
import { foldForSearch, searchTextOf } from '../../search-text.ts'

interface Entry {
  readonly seq: number
  readonly photo: PhotoRecord
}

/** A page of the photos, which are in the order of insertion. */
export function listEntries(entries: ReadonlyMap<PhotoId, Entry>, query: ListQuery): ListPage {
  const matching = [...entries.values()].filter(({ photo }) => matches(photo, query))
  const around =
    query.cursor === undefined && query.around !== undefined ? entries.get(query.around) : undefined
  if (query.cursor === undefined && query.around !== undefined && around === undefined)
    throw new TintypeError('PHOTO_NOT_FOUND', 'No photo has this id')
  const position = around && positionOf(around)
  const bounds = boundsOf(query, position)
  const found = readFrom(matching, bounds).slice(0, query.limit + 1)
  const hasNewer = position !== undefined && readFrom(matching, newerThan(position, bounds)).length > 0
  const copies = found.map(({ seq, photo }) => ({ seq, photo: copyPhoto(photo) }))
  return toPage(copies, query, { ...bounds, hasNewer })
}

function matches(photo: PhotoRecord, { tag, owner, visibility, search = '' }: ListQuery): boolean {
  return (
    (tag === undefined || photo.tags.includes(tag)) &&
    (owner === undefined || photo.owner === owner) &&
    (visibility === undefined || photo.visibility === visibility) &&
    searchTextOf(photo).includes(foldForSearch(search))
  )
}

/** Those beyond the bound, in the direction of reading. */
function readFrom(entries: readonly Entry[], { bound, isTaken, isBackward }: ListBounds): Entry[] {
  const compare = (one: ListPosition, other: ListPosition) => {
    if (isTaken && one.takenKey !== other.takenKey) return one.takenKey < other.takenKey ? -1 : 1
    return one.seq - other.seq
  }
  const sign = isBackward ? 1 : -1
  return entries
    .filter((entry) => sign * compare(positionOf(entry), bound) > 0)
    .sort((one, other) => sign * compare(positionOf(one), positionOf(other)))
}

function positionOf({ seq, photo }: Entry): ListPosition {
  return { seq, takenKey: takenKeyOf(photo) }
}
