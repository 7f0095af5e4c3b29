import type { Photo } from '@tintype/client'
import type { PhotoChange } from './photo-changes.ts'
import { insertPhoto, matchesQuery, type PhotoQuery } from './photo-query.ts'

/** The photos of a list, newest first. */
export interface ListedPhotos {
  readonly loaded: readonly Photo[]
  /** New ones that are not shown yet. */
  readonly pending: readonly Photo[]
}

/** What a list knows of its photos. */
export interface ListFacts {
  readonly query: PhotoQuery
  /** Whether there are no photos before the first one that is loaded. */
  readonly isStartLoaded: boolean
  readonly isEndLoaded: boolean
  /** Whether new photos become pending, unless this page has uploaded them. */
  readonly holdsNew: boolean
}

/** The list after a change. */
export function applyChange(list: ListedPhotos, change: PhotoChange, facts: ListFacts): ListedPhotos {
  if (change.type === 'deleted') return eachPart(list, (photo) => !change.ids.has(photo.id) && photo)
  if (!('photo' in change)) return list
  const { photo, type } = change
  const { tag } = facts.query
  const isSame = ({ id }: Photo): boolean => id === photo.id
  if (type === 'created' && facts.isStartLoaded && list.pending.some(isSame))
    return addPhoto({ ...list, pending: list.pending.filter((one) => !isSame(one)) }, photo, facts)
  if (list.loaded.some(isSame) || list.pending.some(isSame))
    return eachPart(list, (one) => (isSame(one) ? matchesQuery(photo, { tag }) && photo : one))
  if (!matchesQuery(photo, facts.query)) return list
  const added = addPhoto(list, photo, facts)
  if (added.loaded === list.loaded) return list
  const waits: ListedPhotos = { ...list, pending: [photo, ...list.pending] }
  // the photos between it and the first one that is loaded are not known
  if (!facts.isStartLoaded && added.loaded[0] === photo) return type === 'updated' ? list : waits
  return type === 'arrived' && facts.holdsNew ? waits : added
}

/** The list with everything that is pending. */
export function addPending({ loaded, pending }: ListedPhotos, facts: ListFacts): ListedPhotos {
  return [...pending].reverse().reduce<ListedPhotos>((list, photo) => addPhoto(list, photo, facts), {
    loaded,
    pending: [],
  })
}

function addPhoto(list: ListedPhotos, photo: Photo, { query, isEndLoaded }: ListFacts): ListedPhotos {
  return { ...list, loaded: insertPhoto(list.loaded, photo, { sort: query.sort, isEndKnown: isEndLoaded }) }
}

function eachPart({ loaded, pending }: ListedPhotos, change: (photo: Photo) => Photo | false): ListedPhotos {
  const changed = (photos: readonly Photo[]) => photos.flatMap((photo) => change(photo) || [])
  return { loaded: changed(loaded), pending: changed(pending) }
}
