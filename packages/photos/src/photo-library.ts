import {
  type AccessReader,
  findExcessNow,
  type ListPage,
  type ListQuery,
  ownerSubject,
  type PhotoCatalog,
  type PhotoPatch,
  type ReadOptions,
  type TagQuery,
} from '@tintype/catalog'
import {
  type Actor,
  defaultRenditionFormat,
  isPhotoId,
  type MediaReference,
  nameRendition,
  type Photo,
  type PhotoId,
  type PhotoPage,
  type PhotoScope,
  type Rendition,
  type RenditionChoice,
  type RenditionFormat,
} from '@tintype/contract'
import { auditChange } from './audit-change.ts'
import { createChangeStreams } from './changes/change-streams.ts'
import { createPhotoDeletion } from './delete-photo.ts'
import { deletePhotos } from './delete-photos.ts'
import { limitQuery } from './limit-query.ts'
import type { Media } from './media/find-media.ts'
import { createMediaCache } from './media/media-cache.ts'
import { createMediaCheck } from './media/media-check.ts'
import { type ObtainOptions, obtainMedia } from './media/obtain-media.ts'
import { type PresignedMedia, type PresignMediaRequest, presignMedia } from './media/presign-media.ts'
import { newPhotoId } from './photo-id.ts'
import { photoNotFound } from './photo-not-found.ts'
import { isReadable, isVisible, readsEverything } from './photo-scope.ts'
import { createPresenter, type PresenterOptions } from './present-photo.ts'
import { privateRefused } from './private-refused.ts'
import type { EagerRenditions } from './renditions/eager-renditions.ts'
import type { RenditionDependencies } from './renditions/make-rendition.ts'
import { createRenditions, type ViewOptions } from './renditions/renditions.ts'
import { toSystemLimits } from './system-limits.ts'
import { type TagChoice, tagPhotos } from './tag-photos.ts'
import { createIncomingFile } from './upload/incoming-file.ts'
import type { IngestDependencies } from './upload/ingest-dependencies.ts'
import { ingestPhoto } from './upload/ingest-photo.ts'
import { type PhotoTerms, type TighterLimits, tighten } from './upload/photo-terms.ts'
import { refusedByTerms } from './upload/refused-by-terms.ts'
import { createUploadSession, type FinishUpload, type UploadSession } from './upload/upload-session.ts'

/** What the library works with. Their owner closes them after the library. */
export interface LibraryDependencies extends Omit<IngestDependencies, 'newPhotoId'>, PresenterOptions {
  readonly catalog: PhotoCatalog & Pick<AccessReader, 'findUsage'>
  /** What is made after an upload's answer. @default 'thumb' */
  readonly eagerRenditions?: EagerRenditions | undefined
  /** Whether photos may be private. On a server that anyone may read, `private` is refused. */
  readonly allowsPrivate?: boolean | undefined
  /** Called with each rendition that was stored. */
  readonly onRendition?: RenditionDependencies['onRendition']
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** Everything that Tintype does with photos. Routes and procedures call only this. */
export type PhotoLibrary = ReturnType<typeof createPhotoLibrary>

/** Creates the use-cases. Disposing the library waits for the renditions in progress; its dependencies stay open. */
export function createPhotoLibrary(deps: LibraryDependencies) {
  const { blobs, catalog, limits, eagerRenditions: eager = 'thumb' } = deps
  const renditions = createRenditions(deps)
  const deletion = createPhotoDeletion(deps)
  const media = createMediaCache({
    obtain: (reference, options) => obtainMedia(reference, { catalog, renditions }, options),
    onJoin: renditions.join,
    blobs,
  })
  const following = catalog.onChange('photos', (ids) => {
    if (ids === undefined) media.forgetAll()
    else for (const id of ids.filter(isPhotoId)) media.forget(id)
  })
  const present = createPresenter(deps)
  const changes = createChangeStreams({ ...deps, present: present.photo })
  const ingest = { ...deps, newPhotoId: () => newPhotoId(deps.now()) }

  async function findPhoto(id: PhotoId, scope: PhotoScope) {
    const photo = await catalog.get(id)
    if (!photo || !isVisible(photo, scope)) throw photoNotFound()
    return photo
  }

  /** Makes the photo, then starts what comes after its commit. A photo whose thumbnail fails stays. @see ingestPhoto */
  const finishUpload: FinishUpload = async (file, details, { withThumbnail = false, ...options }) => {
    const { photo, isReplay, thumbnail } = await ingestPhoto(file, details, options, ingest)
    if (thumbnail) deps.onRendition?.('made', thumbnail.byteSize)
    else if (!isReplay) renditions.prepareThumbnail(photo)
    if (!isReplay && eager === 'grid') renditions.prepareGrid(photo)
    if (!isReplay && eager === 'ladder') renditions.prepareLadder(photo)
    if (withThumbnail && !thumbnail)
      await renditions.obtain(photo, 'thumb', defaultRenditionFormat, { share: options.share })
    return { photo: present.photo(photo), isReplay }
  }

  /** Deletes a photo: its row, its original and every rendition. @throws PHOTO_NOT_FOUND @see PhotoDeletion */
  async function deletePhoto(id: PhotoId, actor: Actor): Promise<void> {
    const { owner } = await findPhoto(id, actor.scope)
    const change = { action: 'photo.delete', target: id, owner }
    try {
      await deletion.deletePhoto(id, auditChange(actor, change, deps.now()))
    } finally {
      media.forget(id) // also after a failure: the row may be deleted all the same (threat B156)
    }
  }

  return {
    /**
     * Begins an upload. Write the file's bytes to the session, call `finish` for the photo, and dispose the session on
     * every path. @see UploadSession
     */
    beginUpload(tighter: TighterLimits = {}): UploadSession {
      deps.imaging.warm() // a decoder starts while the bytes arrive
      return createUploadSession(
        createIncomingFile(deps.staging.begin(), tighten(limits, tighter)),
        finishUpload,
      )
    },

    /**
     * Resolves if there is space for so many bytes now: an upload that cannot fit is refused before it is sent. Reserves
     * nothing. @throws STORAGE_FULL, STORAGE_UNAVAILABLE
     */
    checkRoom: (byteSize: number): Promise<void> => deps.staging.assertRoom(byteSize),

    /**
     * Resolves if the quotas allow a photo of so many bytes now: an upload that they do not allow is refused before it is sent.
     * Reserves nothing; the quotas are checked again when the photo is recorded. @throws QUOTA_EXCEEDED
     */
    async checkQuotas(byteSize: number, terms: Pick<PhotoTerms, 'owner' | 'uploadedBy' | 'quotas'>) {
      const excess = await findExcessNow({ ...terms, byteSize }, { quotas: terms.quotas ?? [], catalog })
      if (excess) throw refusedByTerms({ status: 'quota-exceeded', excess })
    },

    /** A page, newest first. @throws INVALID_REQUEST for a foreign cursor; PHOTO_NOT_FOUND; OVERLOADED */
    async listPhotos(query: ListQuery, scope: PhotoScope, read?: ReadOptions): Promise<PhotoPage> {
      if (query.around !== undefined && query.cursor === undefined) await findPhoto(query.around, scope)
      const visible = limitQuery(query, scope)
      const page: ListPage = visible ? await catalog.list(visible, read) : { photos: [] }
      const { photos, nextCursor = null, previousCursor = null } = page
      return { photos: photos.map(present.photo), nextCursor, previousCursor }
    },

    /** @throws PHOTO_NOT_FOUND */
    async getPhoto(id: PhotoId, scope: PhotoScope): Promise<Photo> {
      return present.photo(await findPhoto(id, scope))
    },

    /** One photo in the scope for each digest that one has, in the order of the digests, of which there are 100 at most. */
    async findByDigest(
      digests: readonly string[],
      { owner, includesPrivate }: PhotoScope,
    ): Promise<readonly Photo[]> {
      return (await catalog.findByDigest({ digests, owner, isPublic: !includesPrivate })).map(present.photo)
    },

    /** @throws PHOTO_NOT_FOUND; INVALID_REQUEST for `private` on an open server */
    async updatePhoto(id: PhotoId, patch: PhotoPatch, actor: Actor): Promise<Photo> {
      if (patch.visibility === 'private' && !deps.allowsPrivate) throw privateRefused()
      const { owner } = await findPhoto(id, actor.scope)
      const fields = Object.keys(patch).filter((name) => patch[name as keyof PhotoPatch] !== undefined)
      const change = { action: 'photo.update', target: id, owner, details: { fields } }
      try {
        const photo = await catalog.update(id, patch, auditChange(actor, change, deps.now()))
        if (!photo) throw photoNotFound()
        return present.photo(photo)
      } finally {
        if (patch.visibility !== undefined) media.forget(id) // also if it is not known whether it changed
      }
    },

    /** Gives a photo another owner, or none. @throws PHOTO_NOT_FOUND */
    async movePhoto(id: PhotoId, owner: string | null, actor: Actor): Promise<Photo> {
      const { owner: from } = await findPhoto(id, actor.scope)
      const change = { action: 'photo.move', target: id, owner, details: { from } }
      try {
        const photo = await catalog.move(id, owner, auditChange(actor, change, deps.now()))
        if (!photo) throw photoNotFound()
        return present.photo(photo)
      } finally {
        media.forget(id) // also if it is not known whether it changed
      }
    },

    deletePhoto,

    /** Deletes many photos, each by itself. Resolves with an outcome for each id, in their order. */
    deletePhotos: (ids: readonly PhotoId[], actor: Actor) =>
      deletePhotos(ids, actor, { deletePhoto, log: deps.log }),

    /** Adds and removes tags of many photos, all of them or none. @throws PHOTO_NOT_FOUND, INVALID_REQUEST @see tagPhotos */
    async tagPhotos(choice: TagChoice, actor: Actor): Promise<readonly Photo[]> {
      return (await tagPhotos(choice, actor, deps)).map(present.photo)
    },

    /** Changes of the photos that a caller can list. @throws OVERLOADED @see ChangeStreams */
    openChanges: changes.open,

    /** Ends all streams of changes at once: the first step when the server stops. */
    closeChanges: changes.close,

    /** Tags of the photos in the scope, ascending, that start with the prefix. */
    listTags: (
      query: Pick<TagQuery, 'prefix' | 'limit'>,
      { owner, includesPrivate }: PhotoScope,
      read?: ReadOptions,
    ) => catalog.listTags({ ...query, owner, isPublic: !includesPrivate }, read),

    /** How many photos are in the scope; `undefined` for public ones only, which are not counted. */
    async countPhotos(
      { owner, includesPrivate }: PhotoScope,
      read?: ReadOptions,
    ): Promise<number | undefined> {
      if (!includesPrivate) return undefined
      return owner === undefined ? catalog.count(read) : (await catalog.findUsage(ownerSubject(owner))).photos
    },

    /** Tries again to remove the files of deleted photos that could not be removed. @see PhotoDeletion */
    finishDeletions: deletion.finishDeletions,

    /**
     * Makes a rendition unless it exists. If its signal is aborted, the caller does not wait any more; a rendition that no
     * other caller waits for and that has not begun is not made.
     *
     * @throws PHOTO_NOT_FOUND, INVALID_REQUEST, OVERLOADED, the signal's reason
     */
    async createThumbnail(
      input: RenditionChoice & { photoId: PhotoId; format?: RenditionFormat | undefined },
      { scope, signal, share }: { readonly scope: PhotoScope } & ViewOptions,
    ): Promise<Rendition> {
      const photo = await findPhoto(input.photoId, scope)
      signal?.throwIfAborted()
      const format = input.format ?? defaultRenditionFormat
      const made = await renditions.obtain(photo, nameRendition(input), format, { signal, share })
      return present.rendition(made, photo)
    },

    /** The renditions that exist. @throws PHOTO_NOT_FOUND */
    async listThumbnails(photoId: PhotoId, scope: PhotoScope): Promise<readonly Rendition[]> {
      const photo = await findPhoto(photoId, scope)
      return (await catalog.listRenditions(photoId)).map((rendition) => present.rendition(rendition, photo))
    },

    /** Limits of uploads, and the renditions that every photo has. */
    getLimits: () => toSystemLimits(limits, eager),

    /**
     * The media of a URL; a missing rendition is made. For what the caller must not read, PHOTO_NOT_FOUND is thrown after the
     * same look-up as for a photo that does not exist, and nothing is made. If its signal is aborted, a rendition that no other
     * caller waits for and that has not begun is not made. @see obtainMedia
     */
    async obtainMedia(reference: MediaReference, scope: PhotoScope, options?: ObtainOptions): Promise<Media> {
      if (!readsEverything(scope) && media.peek(reference) === undefined) {
        const photo = await catalog.get(reference.id)
        if (!photo || !isReadable(photo, scope)) throw photoNotFound()
      }
      return media.obtain(reference, options)
    },

    /** The media of a URL if they are in memory. */
    peekMedia: media.peek,

    /** The media of a URL if they are in memory, for a caller that was identified or whose URL was verified. */
    peekMediaFor: media.peekFor,

    /** Whether the bytes of what `obtainMedia` returned are in the store, all of them. */
    hasMedia: createMediaCheck(blobs),

    /**
     * A URL with which others read what `obtainMedia` returned from the engine; `undefined` if the store has none. Whether the
     * bytes are there is not checked. @see presignMedia
     */
    async presignMedia(found: Media, request: PresignMediaRequest): Promise<PresignedMedia | undefined> {
      const { presigning } = blobs
      return presigning && presignMedia(found, request, { presigning, nowMs: deps.now() })
    },

    /** Opens the bytes of what `obtainMedia` returned; `undefined` if they are lost. The caller disposes them. */
    openMedia: media.open,

    /** Number of photos whose ladder of widths is being made in the background, or waits for that. */
    laddersAhead: renditions.laddersAhead,

    /** Waits for the renditions that are being made. */
    async [Symbol.asyncDispose]() {
      await renditions[Symbol.asyncDispose]()
      following[Symbol.dispose]()
    },
  }
}
