import type { PhotoId } from './photo.ts'
import type { Problem } from './problem.ts'

/** What became of one photo of `photos.deleteMany`. */
export type DeleteOutcome =
  | { readonly id: PhotoId; readonly status: 'deleted' }
  /** `error` is the one that `photos.delete` would have failed with, such as `PHOTO_NOT_FOUND`. */
  | { readonly id: PhotoId; readonly status: 'failed'; readonly error: Problem }
