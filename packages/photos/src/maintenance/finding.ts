import type { PhotoRecord, RenditionRecord } from '@tintype/catalog'
import type { BlobKey } from '@tintype/storage'
import type { BlobProblem } from './check-blob.ts'

/** Something about a library that is not as it must be. */
export type Finding =
  /** What the catalog's engine says of its own file. Nothing else is looked at then: it could not be trusted. */
  | { readonly subject: 'catalog'; readonly reason: string }
  /** A photo without its bytes, or with others. */
  | ({ readonly subject: 'original'; readonly key: BlobKey; readonly photo: PhotoRecord } & BlobProblem)
  /** A rendition without its bytes, or with others. */
  | ({
      readonly subject: 'rendition'
      readonly key: BlobKey
      readonly rendition: RenditionRecord
    } & BlobProblem)
  /** Bytes that no row names, older than any upload. */
  | { readonly subject: 'orphan'; readonly key: BlobKey; readonly byteSize: number }
  /** A file of an upload that ended without removing it. */
  | { readonly subject: 'leftover'; readonly path: string }
  /** Something that Tintype did not make. */
  | { readonly subject: 'foreign'; readonly name: string }

/** How far a check has come. */
export interface CheckProgress {
  readonly stage: 'catalog' | 'files' | 'photos'
  /** Photos or files that were looked at, and how many photos there are. */
  readonly done: number
  readonly total?: number | undefined
  /** Bytes that were read. */
  readonly byteSize: number
}
