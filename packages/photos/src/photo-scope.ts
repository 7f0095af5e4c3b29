import type { PhotoScope, Visibility } from '@tintype/contract'

/** What decides who may see a photo. */
interface Owned {
  readonly owner: string | null
  readonly visibility: Visibility
}

/** Whether a caller can see a photo's row: in lists, by its id, to change it. */
export function isVisible(photo: Owned, { owner, includesPrivate }: PhotoScope): boolean {
  if (owner !== undefined && photo.owner !== owner) return false
  return includesPrivate || photo.visibility === 'public'
}

/** Whether a caller can read a photo's media: those of the rows that it sees, and all that are public. */
export function isReadable(photo: Owned, scope: PhotoScope): boolean {
  return photo.visibility === 'public' || isVisible(photo, scope)
}

/** Whether a caller can read the media of every photo, so that no photo need be looked at. */
export function readsEverything({ owner, includesPrivate }: PhotoScope): boolean {
  return owner === undefined && includesPrivate
}
