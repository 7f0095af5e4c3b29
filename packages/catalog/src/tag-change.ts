import type { PhotoId } from '@tintype/contract'
import type { PhotoRecord } from './photo-catalog.ts'

/** Tags that photos get and lose. */
export interface TagChange {
  /** Appended in this order, unless the photo has them. Without duplicates. */
  readonly add: readonly string[]
  readonly remove: readonly string[]
  /** Most tags that a photo may have afterwards. */
  readonly maxTags: number
}

/** What a change of tags did. Unless it is `tagged`, nothing was changed. */
export type TagOutcome =
  /** The photos as they are now, in the order of their ids. */
  | { readonly status: 'tagged'; readonly photos: readonly PhotoRecord[] }
  /** There are no photos with these ids. */
  | { readonly status: 'missing'; readonly ids: readonly PhotoId[] }
  /** These photos would have too many tags. */
  | { readonly status: 'too-many-tags'; readonly ids: readonly PhotoId[] }

/** Tags to list. */
export interface TagQuery {
  /** 1 to 50. */
  readonly limit: number
  /** What a tag must start with, exactly. Empty: all tags. */
  readonly prefix: string
  /** Only tags of this owner's photos. */
  readonly owner?: string | undefined
  /** Only tags that a public photo has. */
  readonly isPublic: boolean
}

/** The outcome of a change of tags before it is written. */
export function planTagChange(
  ids: readonly PhotoId[],
  find: (id: PhotoId) => PhotoRecord | undefined,
  { add, remove, maxTags }: TagChange,
): TagOutcome {
  const missing = ids.filter((id) => find(id) === undefined)
  if (missing.length > 0) return { status: 'missing', ids: missing }
  const photos = ids.flatMap((id) => {
    const photo = find(id)
    if (photo === undefined) return []
    const kept = photo.tags.filter((tag) => !remove.includes(tag))
    return [{ ...photo, tags: [...new Set([...kept, ...add])] }]
  })
  const full = photos.filter(({ tags }) => tags.length > maxTags).map(({ id }) => id)
  return full.length > 0 ? { status: 'too-many-tags', ids: full } : { status: 'tagged', photos }
}
