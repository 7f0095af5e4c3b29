import type {
  Actor,
  Caller,
  Photo,
  PhotoChange,
  PhotoChangeType,
  PhotoId,
  PhotoMetadata,
  PhotoPage,
  PhotoScope,
  Rendition,
  SystemLimits,
  TintypeError,
  Visibility,
} from '@tintype/contract'
import type { AccessUseCases } from './access-use-cases.ts'

/** How a query shares the catalog with those of other callers. */
export interface QueryOptions {
  /** Queries that may take long have their turns by share. */
  readonly share?: string | undefined
  /** Ends a query that may take long. */
  readonly signal?: AbortSignal | undefined
}

/**
 * The use-cases that the procedures call. Plain types, so that the router's type contains no type of the server. `trpcRoutes` in
 * `packages/http` passes the photo library here, so the compiler checks that the library satisfies it.
 */
export interface PhotoUseCases {
  listPhotos(
    query: {
      limit: number
      cursor?: string | undefined
      tag?: string | undefined
      search?: string | undefined
      owner?: string | undefined
      visibility?: Visibility | undefined
      direction?: 'forward' | 'backward' | undefined
      around?: PhotoId | undefined
      sort?: 'uploaded' | 'taken' | undefined
    },
    scope: PhotoScope,
    options: QueryOptions,
  ): Promise<PhotoPage>
  getPhoto(id: PhotoId, scope: PhotoScope): Promise<Photo>
  findByDigest(digests: readonly string[], scope: PhotoScope): Promise<readonly Photo[]>
  updatePhoto(
    id: PhotoId,
    patch: {
      title?: string | null | undefined
      alt?: string | null | undefined
      tags?: string[] | undefined
      visibility?: Visibility | undefined
      metadata?: PhotoMetadata | null | undefined
    },
    actor: Actor,
  ): Promise<Photo>
  movePhoto(id: PhotoId, owner: string | null, actor: Actor): Promise<Photo>
  deletePhoto(id: PhotoId, actor: Actor): Promise<void>
  deletePhotos(
    ids: readonly PhotoId[],
    actor: Actor,
  ): Promise<readonly { readonly id: PhotoId; readonly error?: TintypeError | undefined }[]>
  tagPhotos(
    input: { ids: readonly PhotoId[]; add: readonly string[]; remove: readonly string[] },
    actor: Actor,
  ): Promise<readonly Photo[]>
  listTags(
    query: { prefix: string; limit: number },
    scope: PhotoScope,
    options: QueryOptions,
  ): Promise<readonly string[]>
  countPhotos(scope: PhotoScope, options: QueryOptions): Promise<number | undefined>
  openChanges(options: {
    lastEventId?: string | undefined
    types?: readonly PhotoChangeType[] | undefined
    caller: Caller
    isStillValid?: (() => Promise<boolean>) | undefined
    signal?: AbortSignal | undefined
  }): AsyncIterable<{ readonly id: string; readonly change: PhotoChange }>
  createThumbnail(
    input: {
      photoId: PhotoId
      width?: number | undefined
      height?: number | undefined
      fit?: 'inside' | 'cover' | 'contain' | 'fill' | undefined
      format?: 'jpg' | 'webp' | 'avif' | 'png' | undefined
      quality?: number | undefined
    },
    options: { scope: PhotoScope; signal?: AbortSignal | undefined; share?: string | undefined },
  ): Promise<Rendition>
  listThumbnails(photoId: PhotoId, scope: PhotoScope): Promise<readonly Rendition[]>
  getLimits(): SystemLimits
}

/** What a procedure can read of its request. */
export interface ApiContext {
  readonly photos: PhotoUseCases
  /** Absent on an open server, which has no keys. */
  readonly access?: AccessUseCases | undefined
  readonly caller: Caller
  /** Whether a caller's credential has not ended since it was identified. Absent if none can end. */
  readonly isStillValid?: ((caller: Caller) => Promise<boolean>) | undefined
  /** Whose turn it is when others wait too: the caller's address or key. Default: that of every caller without one. */
  readonly share?: string | undefined
  /** Resolves when the caller may begin a call, so that those of a batch leave time to others. Default: at once. */
  readonly turn?: (() => Promise<void>) | undefined
  /** The server's version. */
  readonly version: string
  /** Called if a subscription fails before it begins. tRPC would answer it with 200, and the error as an event. */
  readonly onRefused?: ((error: unknown) => void) | undefined
  /** Finds the request in the server's log. */
  readonly requestId: string
}
