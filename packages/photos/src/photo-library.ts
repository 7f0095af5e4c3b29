import type { PhotoCatalog, PhotoPatch } from '@tintype/catalog'
import {
  defaultRenditionFormat,
  fileTypes,
  ladder,
  nameRendition,
  type Photo,
  type PhotoId,
  type PhotoPage,
  presets,
  type Rendition,
  type RenditionChoice,
  type RenditionFormat,
  renditionFormats,
  type SystemLimits,
} from '@tintype/contract'
import { createPhotoDeletion } from './delete-photo.ts'
import { createMediaCache } from './media/media-cache.ts'
import { obtainMedia } from './media/obtain-media.ts'
import { newPhotoId } from './photo-id.ts'
import { photoNotFound } from './photo-not-found.ts'
import { createPresenter } from './present-photo.ts'
import { createRenditions } from './renditions/renditions.ts'
import { createIncomingFile } from './upload/incoming-file.ts'
import type { IngestDependencies } from './upload/ingest-dependencies.ts'
import { ingestPhoto } from './upload/ingest-photo.ts'
import { createUploadSession, type FinishUpload, type UploadSession } from './upload/upload-session.ts'

/** What the library works with. Their owner closes them after the library. */
export interface LibraryDependencies extends Omit<IngestDependencies, 'newPhotoId'> {
  /** What media URLs start with: the public origin, the base path, both or nothing. Without a final slash. */
  readonly baseUrl?: string | undefined
  /** Whether the whole ladder is made after an upload's answer. */
  readonly isLadderEager?: boolean | undefined
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** Everything that Tintype does with photos. Routes and procedures call only this. */
export type PhotoLibrary = ReturnType<typeof createPhotoLibrary>

/** Creates the use-cases. Disposing the library waits for the renditions in progress; its dependencies stay open. */
export function createPhotoLibrary(deps: LibraryDependencies) {
  const { blobs, catalog, limits } = deps
  const renditions = createRenditions(deps)
  const deletion = createPhotoDeletion(deps)
  const media = createMediaCache({
    obtain: (reference, options) => obtainMedia(reference, { catalog, renditions }, options),
    blobs,
  })
  const present = createPresenter(deps.baseUrl)
  const ingest = { ...deps, newPhotoId: () => newPhotoId(deps.now()) }

  async function findPhoto(id: PhotoId) {
    const photo = await catalog.get(id)
    if (!photo) throw photoNotFound()
    return photo
  }

  /** Makes the photo, then starts what comes after its commit. A photo whose thumbnail fails stays. @see ingestPhoto */
  const finishUpload: FinishUpload = async (file, details, { withThumbnail = false, ...options }) => {
    const { photo, isReplay, thumbnail } = await ingestPhoto(file, details, options, ingest)
    if (thumbnail) renditions.storeThumbnail(photo, thumbnail)
    else if (!isReplay) renditions.prepareThumbnail(photo)
    if (!isReplay && deps.isLadderEager) renditions.prepareLadder(photo)
    if (withThumbnail) await renditions.obtain(photo, 'thumb', defaultRenditionFormat)
    return { photo: present.photo(photo), isReplay }
  }

  return {
    /**
     * Begins an upload. Write the file's bytes to the session, call `finish` for the photo, and dispose the session on
     * every path. @see UploadSession
     */
    beginUpload(): UploadSession {
      deps.imaging.warm() // a decoder starts while the bytes arrive
      return createUploadSession(createIncomingFile(deps.staging.begin(), limits), finishUpload)
    },

    /**
     * Resolves if there is space for so many bytes now: an upload that cannot fit is refused before it is sent. Reserves
     * nothing. @throws STORAGE_FULL, STORAGE_UNAVAILABLE
     */
    checkRoom: (byteSize: number): Promise<void> => deps.staging.assertRoom(byteSize),

    /** A page, newest first. @throws INVALID_REQUEST for a foreign cursor */
    async listPhotos(query: Parameters<PhotoCatalog['list']>[0]): Promise<PhotoPage> {
      const { photos, nextCursor = null } = await catalog.list(query)
      return { photos: photos.map(present.photo), nextCursor }
    },

    /** @throws PHOTO_NOT_FOUND */
    async getPhoto(id: PhotoId): Promise<Photo> {
      return present.photo(await findPhoto(id))
    },

    /** @throws PHOTO_NOT_FOUND */
    async updatePhoto(id: PhotoId, patch: PhotoPatch): Promise<Photo> {
      const photo = await catalog.update(id, patch)
      if (!photo) throw photoNotFound()
      return present.photo(photo)
    },

    /** Deletes a photo: its row, its original and every rendition. @throws PHOTO_NOT_FOUND @see PhotoDeletion */
    async deletePhoto(id: PhotoId): Promise<void> {
      try {
        await deletion.deletePhoto(id)
      } finally {
        media.forget(id) // also after a failure: the row may be deleted all the same (threat B156)
      }
    },

    /** Tries again to remove the files of deleted photos that could not be removed. @see PhotoDeletion */
    removeRememberedBytes: deletion.removeRememberedBytes,

    /**
     * Makes a rendition unless it exists. Aborting the signal before it is started cancels it. Afterwards it is completed:
     * other callers may wait for it.
     *
     * @throws PHOTO_NOT_FOUND, INVALID_REQUEST, OVERLOADED, the signal's reason
     */
    async createThumbnail(
      input: RenditionChoice & { photoId: PhotoId; format?: RenditionFormat | undefined },
      { signal }: { signal?: AbortSignal | undefined } = {},
    ): Promise<Rendition> {
      const photo = await findPhoto(input.photoId)
      signal?.throwIfAborted()
      return present.rendition(
        await renditions.obtain(photo, nameRendition(input), input.format ?? defaultRenditionFormat),
      )
    },

    /** The renditions that exist. @throws PHOTO_NOT_FOUND */
    async listThumbnails(photoId: PhotoId): Promise<readonly Rendition[]> {
      await findPhoto(photoId)
      return (await catalog.listRenditions(photoId)).map(present.rendition)
    },

    /** Limits of uploads, and the renditions that every photo has. */
    getLimits(): SystemLimits {
      const { allowedFormats, maxUploadByteSize, maxPixels, maxAvifPixels, maxSide, maxFrames } = limits
      const mimeTypes = allowedFormats.map((format) => fileTypes[format].mimeType)
      const sizes = { maxUploadByteSize, maxPixels, maxAvifPixels, maxSide, maxFrames }
      return { formats: allowedFormats, mimeTypes, ...sizes, presets, widths: ladder, renditionFormats }
    },

    /** The media of a URL; a missing rendition is made. @see obtainMedia */
    obtainMedia: media.obtain,

    /** The media of a URL if they are in memory. */
    peekMedia: media.peek,

    /** Opens the bytes of what `obtainMedia` returned; `undefined` if they are lost. The caller disposes them. */
    openMedia: media.open,

    /** Number of photos whose ladder of widths is being made in the background, or waits for that. */
    laddersAhead: renditions.laddersAhead,

    /** Waits for the renditions that are being made. */
    [Symbol.asyncDispose]: () => renditions[Symbol.asyncDispose](),
  }
}
