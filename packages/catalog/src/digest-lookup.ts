import type { PhotoRecord } from './photo-catalog.ts'

/** Photos to find by their bytes. */
export interface DigestQuery {
  /** SHA-256 of originals, at most 100 different ones, each 64 lower-case hex digits. */
  readonly digests: readonly string[]
  /** Only photos of this owner. */
  readonly owner?: string | undefined
  /** Only public photos. */
  readonly isPublic: boolean
}

/** Finds photos by their bytes. Part of `PhotoCatalog`, which says what every method may throw. */
export interface DigestLookup {
  /**
   * One photo for each of these digests that the query includes, in the order of the digests. Which one of several photos with the
   * same bytes is not defined.
   */
  findByDigest(query: DigestQuery): Promise<readonly PhotoRecord[]>
}
