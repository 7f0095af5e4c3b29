import type { CatalogRows } from '@tintype/catalog'
import type { BlobKey, BlobReader, BlobStore, Staging } from '@tintype/storage'
import type { BlobProblem } from '../maintenance/check-blob.ts'
import type { Pace } from './pace.ts'

/** A blob that does not agree with its row at the source. */
export interface BrokenBlob {
  readonly key: BlobKey
  /** A rendition is left out: the server makes it again. An original's row is copied without its bytes. */
  readonly subject: 'original' | 'rendition'
  readonly problem: BlobProblem
}

/** How far a move is. */
export interface MoveProgress {
  readonly photos: number
  readonly totalPhotos: number
  /** Bytes that were read and written in this run. */
  readonly byteSize: number
}

/** The stores of both ends. */
export interface MovedStores {
  readonly from: BlobReader
  readonly to: BlobStore
}

/** What copying a blob needs. */
export interface BlobCopy {
  readonly stores: MovedStores
  readonly staging: Staging
  readonly pace: Pace
  readonly signal: AbortSignal
  /** Called with the bytes of each blob that was copied. */
  readonly onCopied: (byteSize: number) => void
}

/** A move of a library, by rows. */
export interface Move extends Omit<BlobCopy, 'stores'> {
  readonly source: CatalogRows
  readonly target: CatalogRows
  /** `undefined` if both ends have one store: then blobs stay where they are. */
  readonly stores: MovedStores | undefined
  /** Whether the blobs of rows that the target has already are read and compared: another run wrote them, or found them broken. */
  readonly comparesBlobs: boolean
  readonly onBroken: (broken: BrokenBlob) => void
}
