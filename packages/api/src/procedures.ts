import type {
  DeleteOutcome,
  Photo,
  PhotoChange,
  PhotoChangeType,
  PhotoId,
  PhotoMetadata,
  PhotoPage,
  Rendition,
  RenditionFit,
  RenditionFormat,
  SystemAbout,
  SystemLimits,
  TintypeError,
  Visibility,
} from '@tintype/contract'
import type { UrlProcedures } from './url-procedures.ts'

export type { UrlProcedures, UrlSignInput } from './url-procedures.ts'

/** How one call is made. */
export interface CallOptions {
  /** Aborting it cancels the call, which then fails with `ABORTED`. */
  readonly signal?: AbortSignal | undefined
}

/** Which photos a page has. */
export interface PhotoListInput {
  /**
   * Photos of a page at most, 1 to 100.
   *
   * @default 20
   */
  readonly limit?: number | undefined
  /**
   * `nextCursor` of the previous page, or `previousCursor` of the next one with `direction: 'backward'`.
   *
   * @default the first page
   */
  readonly cursor?: string | null | undefined
  /** Only photos with this tag, 1 to 64 characters. */
  readonly tag?: string | undefined
  /** Only photos whose title, alt, filename or tags contain this text in any case; 200 characters at most. */
  readonly search?: string | undefined
  /** Only photos of this owner. A caller that is bound to an owner sees no others anyway. */
  readonly owner?: string | undefined
  readonly visibility?: Visibility | undefined
  /**
   * `backward`: the page before the cursor, in the same order. Needs a cursor.
   *
   * @default 'forward'
   */
  readonly direction?: 'forward' | 'backward' | undefined
  /**
   * Id of the photo that the page begins with. If the other filters exclude it, the page begins with the next photo. Ignored if
   * there is a cursor.
   */
  readonly around?: string | undefined
  /**
   * The order, newest first: by the upload, or by the time that the photo was taken, to the second, by its camera's clock. A photo
   * without that time has the time of its upload. `taken` and `search` exclude each other.
   *
   * @default 'uploaded'
   */
  readonly sort?: 'uploaded' | 'taken' | undefined
}

/** Which photo. */
export interface PhotoIdInput {
  /** UUIDv7 in lower case. */
  readonly id: string
}

/** Which bytes to find photos by. */
export interface PhotoFindByDigestInput {
  /** SHA-256 of originals: 1 to 100, each 64 lower-case hex digits. A repeated one counts once. */
  readonly sha256: readonly string[]
}

/** New values of a photo. Absent fields stay unchanged; `null` or an empty text clears. */
export interface PhotoUpdateInput extends PhotoIdInput {
  /** 300 characters at most. */
  readonly title?: string | null | undefined
  /** 2000 characters at most. */
  readonly alt?: string | null | undefined
  /** Replaces all tags: 32 at most, each of 1 to 64 characters. */
  readonly tags?: readonly string[] | undefined
  /** `private` needs a server in closed mode. Copies in caches stay until they expire. */
  readonly visibility?: Visibility | undefined
  /** Data of the application: a JSON object of at most 4096 bytes; `null` clears. Only API keys may change it. */
  readonly metadata?: PhotoMetadata | null | undefined
}

/** Which photo gets which owner. */
export interface PhotoMoveInput extends PhotoIdInput {
  /** 1 to 200 visible ASCII characters; `null` for none. */
  readonly owner: string | null
}

/** Which photos are deleted. */
export interface PhotoDeleteManyInput {
  /** 1 to 100, each a UUIDv7 in lower case. A repeated one counts once. */
  readonly ids: readonly string[]
}

/** Which tags photos get and lose. At least one, and none in both lists. */
export interface PhotoTagManyInput extends PhotoDeleteManyInput {
  /** Appended, unless the photo has them: 32 at most, each of 1 to 64 characters. */
  readonly add?: readonly string[] | undefined
  /** 32 at most, each of 1 to 64 characters. */
  readonly remove?: readonly string[] | undefined
}

/** Which changes of photos a stream has. */
export interface PhotoChangeInput {
  /**
   * The id that the last change came with: the stream goes on after it.
   *
   * @default changes from now on
   */
  readonly lastEventId?: string | undefined
  /** @default all three */
  readonly types?: readonly PhotoChangeType[] | undefined
}

/** What is called for a stream of changes. */
export interface PhotoChangeListeners {
  /**
   * Called with each change, in order. `ready` comes first and after each new connection, unless changes were missed: then
   * `reset` comes, and the list must be read again.
   *
   * @param id the `lastEventId` with which a stream goes on after this change
   */
  readonly onChange: (change: PhotoChange, id: string) => void
  /** Called once if the stream ends for good, such as with `FORBIDDEN`. After other failures it connects again by itself. */
  readonly onError?: ((error: TintypeError) => void) | undefined
  /** Aborting it ends the stream. */
  readonly signal?: AbortSignal | undefined
}

/** A stream of changes. */
export interface PhotoChangeStream {
  /** Ends it. Nothing is called afterwards. */
  unsubscribe(): void
}

/** Calls about photos. */
export interface PhotoProcedures {
  /**
   * A page of photos, newest first.
   *
   * @throws TintypeError `PHOTO_NOT_FOUND` if there is no photo `around`
   */
  readonly list: { query(input?: PhotoListInput, options?: CallOptions): Promise<PhotoPage> }
  /**
   * One photo.
   *
   * @throws TintypeError `PHOTO_NOT_FOUND`
   */
  readonly get: { query(input: PhotoIdInput, options?: CallOptions): Promise<Photo> }
  /**
   * Photos with these bytes: one for each digest that a photo has which the caller can list, in the order of the digests. Digests
   * without a photo are left out; a photo's own is its `sha256`.
   *
   * @example
   * const [held] = await tintype.photos.findByDigest.query({ sha256: [digest] })
   */
  readonly findByDigest: {
    query(input: PhotoFindByDigestInput, options?: CallOptions): Promise<readonly Photo[]>
  }
  /**
   * Changes title, alt, tags, visibility or metadata.
   *
   * @throws TintypeError `PHOTO_NOT_FOUND`
   */
  readonly update: { mutate(input: PhotoUpdateInput, options?: CallOptions): Promise<Photo> }
  /**
   * Calls back with the changes of the photos that the caller can list, as they happen. The connection is made again whenever it
   * is lost, with a new token if the old one is refused, and no change is missed.
   *
   * @throws TintypeError `INVALID_REQUEST` at once if `onChange` is no function
   * @example
   * const stream = tintype.photos.onChange.subscribe({}, { onChange: (change) => console.log(change.type) })
   */
  readonly onChange: {
    subscribe(input: PhotoChangeInput | undefined, listeners: PhotoChangeListeners): PhotoChangeStream
  }
  /**
   * Gives a photo another owner. Needs the scope `admin`.
   *
   * @throws TintypeError `PHOTO_NOT_FOUND`
   */
  readonly move: { mutate(input: PhotoMoveInput, options?: CallOptions): Promise<Photo> }
  /**
   * Deletes a photo: its row, its original and all of its renditions.
   *
   * @throws TintypeError `PHOTO_NOT_FOUND`
   */
  readonly delete: { mutate(input: PhotoIdInput, options?: CallOptions): Promise<{ readonly id: PhotoId }> }
  /** Deletes many photos, each by itself. Resolves with an outcome for each id, in their order, also if some fail. */
  readonly deleteMany: {
    mutate(input: PhotoDeleteManyInput, options?: CallOptions): Promise<readonly DeleteOutcome[]>
  }
  /**
   * Adds and removes tags of many photos, all of them or none. Resolves with the photos, in the order of their ids. Two callers
   * that tag the same photo lose nothing.
   *
   * @throws TintypeError `PHOTO_NOT_FOUND`, or `INVALID_REQUEST` if a photo would have more than 32 tags; the fact `ids` has
   * their ids
   */
  readonly tagMany: {
    mutate(input: PhotoTagManyInput, options?: CallOptions): Promise<readonly Photo[]>
  }
}

/** Which tags to list. */
export interface TagListInput {
  /**
   * What the tags start with, in the same case.
   *
   * @default all tags
   */
  readonly prefix?: string | undefined
  /**
   * 1 to 50.
   *
   * @default 20
   */
  readonly limit?: number | undefined
}

/** Calls about tags. */
export interface TagProcedures {
  /** Tags of the photos that the caller can list, each once, ascending by their bytes. */
  readonly list: { query(input?: TagListInput, options?: CallOptions): Promise<readonly string[]> }
}

/** Which rendition to make; without a size, the thumbnail of 300 × 300 px. */
export interface ThumbnailCreateInput {
  /** UUIDv7 in lower case. */
  readonly photoId: string
  /** Pixels, 1 to 4096. */
  readonly width?: number | undefined
  /** Pixels, 1 to 4096. */
  readonly height?: number | undefined
  /** @default 'inside' */
  readonly fit?: RenditionFit | undefined
  /** @default 'webp' */
  readonly format?: RenditionFormat | undefined
  /**
   * 1 to 100.
   *
   * @default depends on the format
   */
  readonly quality?: number | undefined
}

/** Whose renditions to list. */
export interface ThumbnailListInput {
  /** UUIDv7 in lower case. */
  readonly photoId: string
}

/** Calls about renditions. */
export interface ThumbnailProcedures {
  /**
   * Makes a rendition, once for all callers. The same input has the same URL.
   *
   * @throws TintypeError `PHOTO_NOT_FOUND`, `OVERLOADED`
   */
  readonly create: { mutate(input: ThumbnailCreateInput, options?: CallOptions): Promise<Rendition> }
  /**
   * The renditions that exist.
   *
   * @throws TintypeError `PHOTO_NOT_FOUND`
   */
  readonly list: { query(input: ThumbnailListInput, options?: CallOptions): Promise<readonly Rendition[]> }
}

/** Calls about the server. */
export interface SystemProcedures {
  /** What may be uploaded, and which presets and widths exist. */
  readonly limits: { query(input?: undefined, options?: CallOptions): Promise<SystemLimits> }
  /** The server's version, its access mode, how many photos the caller can list, and what it may do. */
  readonly about: { query(input?: undefined, options?: CallOptions): Promise<SystemAbout> }
}

/** Every procedure that browsers call. Plain types, so that a project needs nothing of tRPC to compile. */
export interface Procedures {
  readonly photos: PhotoProcedures
  readonly tags: TagProcedures
  readonly thumbnails: ThumbnailProcedures
  readonly urls: UrlProcedures
  readonly system: SystemProcedures
}
