import type { PhotoFormat, PhotoId } from '@tintype/contract'

/** A deleted photo whose files are still to be removed. */
export interface BlobDeletion {
  readonly photoId: PhotoId
  /** Of the original. */
  readonly format: PhotoFormat
}

/** Which deletions are listed. */
export interface BlobDeletionQuery {
  /** Only photos that were deleted at least so long ago, by the catalog's clock. Milliseconds. */
  readonly minAgeMs: number
  /** 1 to 1000. */
  readonly limit: number
}
