import type {
  MediaReference,
  PhotoFormat,
  PhotoId,
  PhotoMetadata,
  RenditionFormat,
  Visibility,
} from '@tintype/contract'
import type { AuditRecord, GrantUse, Quota } from './access-catalog.ts'
import type { BlobDeletion, BlobDeletionQuery } from './blob-deletion.ts'
import type { ChangeFeed } from './changes/change-feed.ts'
import type { DigestLookup } from './digest-lookup.ts'
import type { EventLog } from './events/event-log.ts'
import type { InsertOutcome } from './insert-outcome.ts'
import type { Leases } from './leases/leases.ts'
import type { LibraryRecord } from './library-record.ts'
import type { TagChange, TagOutcome, TagQuery } from './tag-change.ts'
import type { ReadOptions } from './turns/turns.ts'

/** A photo in the catalog, without URLs. */
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
  /** Without duplicates, in the given order. */
  readonly tags: readonly string[]
  /** ISO 8601, UTC, milliseconds. */
  readonly createdAt: string
  readonly takenAt: string | null
  /** Whose photo it is, 1 to 200 visible ASCII characters; `null` if it has no owner. */
  readonly owner: string | null
  /** Who may read its media: everyone who has the URL, or its owner's callers only. */
  readonly visibility: Visibility
  /** What an application's back end keeps with the photo. */
  readonly metadata: PhotoMetadata | null
  /** The credential it was uploaded with, as audit records name it; `null` if none was needed. */
  readonly uploadedBy: string | null
}

/** What may be changed. An absent member stays as it is; `null` clears. */
export interface PhotoPatch {
  readonly title?: string | null | undefined
  readonly alt?: string | null | undefined
  readonly tags?: readonly string[] | undefined
  readonly visibility?: Visibility | undefined
  readonly metadata?: PhotoMetadata | null | undefined
}

/** A rendition in the catalog: an image made from an original. */
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

/** Makes a repeated upload return the first one's photo. Two owners may use the same key. */
export interface IdempotencyKey {
  /** The caller that sent it; '' if it has no name. */
  readonly owner: string
  readonly key: string
}

/** How a photo is inserted. */
export interface InsertOptions {
  readonly idempotency?: IdempotencyKey | undefined
  /** Counted with the insert: of any number of racing uploads, no more than `uses` are inserted. */
  readonly grant?: GrantUse | undefined
  /** What the subjects may have at most, this photo included. A quota stored by `setQuota` wins over one given here. */
  readonly quotas?: readonly Quota[] | undefined
  /** A rendition of the photo that is stored already, recorded with it. */
  readonly rendition?: RenditionRecord | undefined
}

/** What is written with a change, in the same transaction. */
export interface ChangeOptions {
  readonly audit?: AuditRecord | undefined
}

/** A page to list. */
export interface ListQuery {
  /** 1 to 100. */
  readonly limit: number
  /** `nextCursor` of the page before, or `previousCursor` of the page after. Without one the list starts at its first photo. */
  readonly cursor?: string | undefined
  /** `backward`: the page before the cursor, in the same order. Needs a cursor. Default: `forward`. */
  readonly direction?: 'forward' | 'backward' | undefined
  /** The page begins with this photo, or with the next one that the filters include. Ignored if there is a cursor. */
  readonly around?: PhotoId | undefined
  /**
   * The order, newest first: of insertion, or of the time that the photos were taken, to the second, and then of insertion. A
   * photo without such a time has that of its upload. `taken` needs a query without a search. Default: `uploaded`.
   */
  readonly sort?: 'uploaded' | 'taken' | undefined
  /** Only photos with exactly this tag. */
  readonly tag?: string | undefined
  /**
   * Only photos whose title, alt, filename or one tag contains this, case-insensitively and literally. Empty: all.
   * One or two characters find photos among the catalog's last `shortSearchReach` insertions only.
   */
  readonly search?: string | undefined
  /** Only photos of this owner. */
  readonly owner?: string | undefined
  readonly visibility?: Visibility | undefined
}

/** A page of a list. */
export interface ListPage {
  readonly photos: readonly PhotoRecord[]
  /** Opaque; absent at the end. */
  readonly nextCursor?: string | undefined
  /** Opaque; absent if there is no page before. That page can be empty once its photos are deleted. */
  readonly previousCursor?: string | undefined
}

/**
 * The reading half of a catalog. A photo exists exactly when its row does.
 *
 * Every method must throw a `TintypeError` and nothing else: `CATALOG_UNAVAILABLE` if the engine cannot be
 * reached or stays locked, `STORAGE_FULL` if there is no space for the row, `INTERNAL` for the rest, with
 * the native error as `cause`. Records are plain data; a caller may keep them.
 */
export interface CatalogReader extends AsyncDisposable {
  /**
   * How many of the latest insertions a search of one or two characters reads, counted from the newest photo, deleted ones
   * included. `Infinity` if such a search reads all.
   */
  readonly shortSearchReach: number

  /** `undefined` if there is no such photo. */
  get(id: PhotoId): Promise<PhotoRecord | undefined>

  /**
   * Whether there is a photo of this format, or a rendition of this name and format, for each of at most 1000
   * references, in their order.
   */
  whichExist(references: readonly MediaReference[]): Promise<readonly boolean[]>

  /**
   * A page, newest first. By keyset: any page costs the same, and nothing is skipped or repeated while photos come and go. It
   * ends before its limit if its photos have texts of more than about 1 MiB together.
   *
   * @throws INVALID_REQUEST for a cursor that this catalog did not make for this order
   * @throws PHOTO_NOT_FOUND if there is no photo `around`
   * @throws OVERLOADED for a search, or a list by visibility, that takes too long, or if too many wait
   */
  list(query: ListQuery, options?: ReadOptions): Promise<ListPage>

  /** `undefined` if it was not recorded. */
  getRendition(photoId: PhotoId, name: string, format: RenditionFormat): Promise<RenditionRecord | undefined>

  /** All renditions of a photo, by name, then format; empty if there are none or no such photo. */
  listRenditions(photoId: PhotoId): Promise<readonly RenditionRecord[]>

  /** How many photos there are. May be an estimate if counting is slow. */
  count(options?: ReadOptions): Promise<number>

  /**
   * Optional ability: checks every row and index of the engine for damage, which may take minutes. Resolves with a sentence
   * for each damage found, at most a hundred.
   */
  findDamage?(): Promise<readonly string[]>

  /**
   * Optional ability: writes a consistent snapshot of the catalog, durably, to a new file that the SQLite driver can open,
   * whatever the engine is. Does not delay writers.
   */
  backUpTo?(file: string): Promise<void>
}

/**
 * The writing half of a catalog. A write that rejects was refused for certain, unless `isOutcomeUnknown` says otherwise of
 * its error.
 */
export interface CatalogWriter extends Pick<EventLog, 'forgetEvents'> {
  /**
   * Records a photo, durably, together with its idempotency key if it has one. This is the commit of an
   * upload: once it resolves, a power cut loses neither. Concurrent calls may share one commit.
   *
   * A driver must mark its error (`withUnknownOutcome`) whenever the row may exist, or may still appear after this
   * rejects: the connection was lost, the commit failed half-way, the writer died. The caller then must not delete the
   * photo's bytes. A driver may repeat the insert by itself to learn more, and must then answer `inserted` if its own
   * row is the one that it finds.
   */
  insert(photo: PhotoRecord, options?: InsertOptions): Promise<InsertOutcome>

  /** The changed photo; `undefined` if there is none. One atomic step: no update is lost to another. */
  update(id: PhotoId, patch: PhotoPatch, options?: ChangeOptions): Promise<PhotoRecord | undefined>

  /**
   * Changes the tags of 1 to 100 photos, all of them or none, with their audit records. One atomic step: no change of tags is
   * lost to another.
   */
  changeTags(
    ids: readonly PhotoId[],
    change: TagChange,
    options?: { readonly audits?: readonly AuditRecord[] | undefined },
  ): Promise<TagOutcome>

  /**
   * Gives a photo another owner, counts it as theirs, and forgets its idempotency key: its first owner must not get it again.
   * The changed photo; `undefined` if there is none. */
  move(id: PhotoId, owner: string | null, options?: ChangeOptions): Promise<PhotoRecord | undefined>

  /** Sets the placeholder of a photo that was inserted without one; does nothing if the photo does not exist. */
  setPlaceholder(id: PhotoId, placeholder: string): Promise<void>

  /**
   * Deletes a photo, durably, with its renditions, tags and idempotency key. Resolves with what was removed; `undefined` if
   * there was no such photo. In the same step it notes that the photo's files are to be removed.
   *
   * @see listBlobDeletions
   */
  delete(id: PhotoId, options?: ChangeOptions): Promise<DeletedPhoto | undefined>

  /** Ends the note that a deleted photo's files are to be removed; succeeds if there is none. */
  endBlobDeletion(id: PhotoId): Promise<void>

  /**
   * Records a rendition, replacing an older record of the same name and format. `false`, and nothing is recorded, if the
   * photo does not exist. Need not be durable when it resolves: a power cut may lose it, unless a durable write followed.
   */
  putRendition(rendition: RenditionRecord): Promise<boolean>

  /** Deletes a rendition; succeeds if there is none. */
  deleteRendition(photoId: PhotoId, name: string, format: RenditionFormat): Promise<void>

  /** Deletes idempotency keys older than this time, ISO 8601. Keeps the photos. */
  forgetIdempotencyKeys(before: string): Promise<void>

  /** Records which store has the photos, durably, unless one is recorded already. Resolves with the record afterwards. */
  pairWithStore(storeId: string): Promise<LibraryRecord>

  /** Notes, durably, that a server waits for the move into this catalog to end. */
  askForSwitch(): Promise<void>

  /** Resolves if a row could be written now; rejects with the error that `insert` would reject with. */
  probe(): Promise<void>
}

/**
 * What is known of photos.
 *
 * @see describePhotoCatalog, the suite that every driver must pass
 */
export interface PhotoCatalog
  extends CatalogReader,
    CatalogWriter,
    ChangeFeed,
    Leases,
    EventLog,
    DigestLookup {
  /** The photo that was uploaded with this key by this owner; `undefined` if there was none, or it was deleted. */
  getByIdempotencyKey(key: IdempotencyKey): Promise<PhotoRecord | undefined>

  /** Deleted photos whose files are still to be removed, those that were deleted first before the others. */
  listBlobDeletions(query: BlobDeletionQuery): Promise<readonly BlobDeletion[]>

  /** Tags that photos have, each once, ascending by their bytes in UTF-8. @throws OVERLOADED as `list`, if `isPublic` */
  listTags(query: TagQuery, options?: ReadOptions): Promise<readonly string[]>

  /** Which library the catalog belongs to. Each new catalog begins one. */
  readLibrary(): Promise<LibraryRecord>

  /**
   * Optional ability: whether no photo was ever inserted. A catalog that is created by opening it then can be told from one
   * whose photos were deleted.
   */
  isUnused?(): Promise<boolean>
}
