import type { PhotoRecord, RenditionRecord } from '@tintype/catalog'
import type { BlobKey } from '@tintype/storage'
import type { BlobProblem } from './check-blob.ts'

/** Something about a library that is not as it must be. */
export type Finding =
  /** Damage that the catalog found in its own file. Then nothing else is checked, because rows could be wrong. */
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

/** The progress of a check. */
export interface CheckProgress {
  readonly stage: 'catalog' | 'files' | 'photos'
  /** Photos or files that were checked, and the number of all photos. */
  readonly done: number
  readonly total?: number | undefined
  /** Bytes that were read. */
  readonly byteSize: number
}
