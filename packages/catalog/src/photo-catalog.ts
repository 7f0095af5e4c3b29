import type { PhotoFormat, PhotoId, RenditionFormat } from '@tintype/contract'

/** A photo as the catalog keeps it: facts only, no URLs. */
export interface PhotoRecord {
  readonly id: PhotoId
  readonly format: PhotoFormat
  /** Bytes of the original. */
  readonly byteSize: number
  /** Of the original, 64 lower-case hex digits. */
  readonly sha256: string
  /** Pixels, as displayed. */
  readonly width: number
  /** Pixels, as displayed. */
  readonly height: number
  /** Pixels of the default thumbnail. */
  readonly thumbnailWidth: number
  /** Pixels of the default thumbnail. */
  readonly thumbnailHeight: number
  /** Thumbhash, base64; empty until the photo has been decoded. */
  readonly placeholder: string
  readonly filename: string
  readonly title: string | null
  readonly alt: string | null
  /** Without duplicates, in the order given. */
  readonly tags: readonly string[]
  /** ISO 8601, UTC, milliseconds. */
  readonly createdAt: string
  readonly takenAt: string | null
}

/** What a person may change. An absent member stays as it is; `null` clears. */
export interface PhotoPatch {
  readonly title?: string | null | undefined
  readonly alt?: string | null | undefined
  readonly tags?: readonly string[] | undefined
}

/** An image made from an original, as the catalog keeps it. */
export interface RenditionRecord {
  readonly photoId: PhotoId
  /** As given by `nameRendition`. One record per photo, name and format. */
  readonly name: string
  readonly format: RenditionFormat
  readonly width: number
  readonly height: number
  readonly byteSize: number
  /** 64 lower-case hex digits. */
  readonly sha256: string
}

/** What `delete` removed, so that its blobs can be removed too. */
export interface DeletedPhoto {
  readonly photo: PhotoRecord
  readonly renditions: readonly RenditionRecord[]
}

/** What `insert` found. */
export type InsertOutcome =
  | { readonly status: 'inserted' }
  /** The id is taken: a collision; nothing was changed. */
  | { readonly status: 'id-taken' }
  /** The idempotency key was used before, for this photo; nothing was changed. */
  | { readonly status: 'key-taken'; readonly photo: PhotoRecord }

/**
 * How many of the latest insertions a search of one or two characters looks at, counted from the newest photo that
 * there is and with those that were deleted since. To look at 200 000 photos takes 0.1 s; at this many, 0.01 s.
 */
export const shortSearchReach = 20_000

/** A page to list. */
export interface ListQuery {
  /** 1 to 100. */
  readonly limit: number
  /** From the page before; start at the newest where absent. */
  readonly cursor?: string | undefined
  /** Only photos with exactly this tag. */
  readonly tag?: string | undefined
  /**
   * Only photos whose title, alt, filename or one tag contains this, case-insensitively and literally. Empty: all.
   * One or two characters find photos among the last `shortSearchReach` insertions only.
   */
  readonly search?: string | undefined
}

/**
 * The half of a catalog that changes nothing. The row is the truth: a photo exists exactly when its row does.
 *
 * Every method throws a `TintypeError` and nothing else: `CATALOG_UNAVAILABLE` where the engine cannot be
 * reached or stays locked, `STORAGE_FULL` where there is no space for the row, `INTERNAL` for the rest, with
 * the native error as `cause`. Records are plain data; a caller may keep them.
 */
export interface CatalogReader extends AsyncDisposable {
  /** The driver's name, for logs and metrics. */
  readonly kind: string

  /** `undefined` where there is no such photo. */
  get(id: PhotoId): Promise<PhotoRecord | undefined>

  /** The photo that was uploaded with this key; `undefined` where none was, or it is gone. */
  getByIdempotencyKey(key: string): Promise<PhotoRecord | undefined>

  /**
   * A page, newest first in the order of insertion. By keyset: any page costs the same, and nothing is skipped
   * or repeated while photos come and go. `nextCursor` is opaque, and absent at the end.
   *
   * @throws INVALID_REQUEST for a cursor that this catalog did not make
   */
  list(
    query: ListQuery,
  ): Promise<{ readonly photos: readonly PhotoRecord[]; readonly nextCursor?: string | undefined }>

  /** `undefined` where it was not recorded. */
  getRendition(photoId: PhotoId, name: string, format: RenditionFormat): Promise<RenditionRecord | undefined>

  /** All renditions of a photo, by name, then format; empty where there are none or no such photo. */
  listRenditions(photoId: PhotoId): Promise<readonly RenditionRecord[]>

  /** How many photos there are. May be an estimate where counting is slow. */
  count(): Promise<number>

  /**
   * Optional ability: looks for damage in what the engine keeps, row by row and index by index; may take minutes.
   * Resolves with a sentence for each damage found, at most a hundred.
   */
  findDamage?(): Promise<readonly string[]>

  /**
   * Optional ability: writes the catalog as it is at one moment, durably, to a new file that the same driver can
   * open; writers beside it are not held up.
   */
  backUpTo?(file: string): Promise<void>
}

/** The half of a catalog that changes it. */
export interface CatalogWriter {
  /**
   * Records a photo, durably, together with its idempotency key where it has one. This is the commit of an
   * upload: once it resolves, a power cut loses neither. Concurrent calls may share one commit.
   */
  insert(
    photo: PhotoRecord,
    options?: { readonly idempotencyKey?: string | undefined },
  ): Promise<InsertOutcome>

  /** The changed photo; `undefined` where there is none. One atomic step: no update is lost to another. */
  update(id: PhotoId, patch: PhotoPatch): Promise<PhotoRecord | undefined>

  /** Records what a photo looks like, which was not known when it was inserted; does nothing where it is gone. */
  setPlaceholder(id: PhotoId, placeholder: string): Promise<void>

  /** Forgets a photo, durably, with its renditions, tags and idempotency key; what was removed, `undefined` where there was none. */
  delete(id: PhotoId): Promise<DeletedPhoto | undefined>

  /** Records a rendition, replacing an older record of the same name and format. `false` where the photo is gone: nothing is recorded. */
  putRendition(rendition: RenditionRecord): Promise<boolean>

  /** Forgets a rendition; succeeds where there is none. */
  deleteRendition(photoId: PhotoId, name: string, format: RenditionFormat): Promise<void>

  /** Forgets idempotency keys older than this, ISO 8601. Photos stay. */
  forgetIdempotencyKeys(before: string): Promise<void>

  /** Resolves if a row could be written now; rejects with the error that `insert` would meet. */
  probe(): Promise<void>
}

/**
 * What is known of photos.
 *
 * @see describePhotoCatalog, the suite that every driver must pass
 */
export interface PhotoCatalog extends CatalogReader, CatalogWriter {}
