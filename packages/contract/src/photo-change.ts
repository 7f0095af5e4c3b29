import type { Photo, PhotoId } from './photo.ts'

/** Kinds of changes that a stream can be limited to. */
export const photoChangeTypes = ['photo.created', 'photo.updated', 'photo.deleted'] as const

/** One of `photoChangeTypes`. */
export type PhotoChangeType = (typeof photoChangeTypes)[number]

/**
 * What a stream of changes has.
 *
 * `ready`: the stream goes on where it was, or begins now. `reset`: changes may have been missed, so read the list again.
 * `photo.created`: the caller can see a photo that it could not see before: it was uploaded, moved to the caller's owner or made
 * public. `photo.deleted`: the caller can see it no longer, for any of these reasons.
 */
export type PhotoChange =
  | { readonly type: 'ready' }
  | { readonly type: 'reset' }
  | { readonly type: 'photo.created'; readonly photo: Photo }
  | { readonly type: 'photo.updated'; readonly photo: Photo }
  /** `owner` is the one that the photo had. */
  | { readonly type: 'photo.deleted'; readonly id: PhotoId; readonly owner: string | null }
