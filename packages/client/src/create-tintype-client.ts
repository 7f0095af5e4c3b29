import type { Procedures } from '@tintype/api/procedures'
import { createCalls, createProcedures } from './create-procedures.ts'
import { type MediaChoice, mediaUrl, type PhotoReference, type SrcsetChoice, srcset } from './media-url.ts'
import { createConnection } from './transport/connection.ts'
import type { Uploader, UploaderOptions } from './upload/create-uploader.ts'
import { uploadAll } from './upload/upload-all.ts'
import { createUpload } from './upload/upload-photo.ts'

/** The client of one Tintype server. Every failure of every call is a `TintypeError`. */
export interface TintypeClient extends Uploader {
  /** URL of the server as it was given, without a slash at its end; empty if it is the origin of the page. */
  readonly url: string

  /**
   * Calls about photos: `list`, `get`, `update`, `delete`, `deleteMany`, `tagMany`, `onChange`. Queries made at the same moment share
   * a request, and are sent again after failures that can pass.
   *
   * @throws TintypeError such as `PHOTO_NOT_FOUND`, `INVALID_REQUEST`
   * @example
   * const { photos, nextCursor } = await tintype.photos.list.query({ limit: 20, tag: 'cats' })
   * await tintype.photos.update.mutate({ id, title: 'Cat', alt: null })
   * await tintype.photos.delete.mutate({ id })
   */
  readonly photos: Procedures['photos']

  /**
   * Calls about tags: `list` returns those that photos have.
   *
   * @example
   * const suggestions = await tintype.tags.list.query({ prefix: 'ca' })
   */
  readonly tags: Procedures['tags']

  /**
   * Calls about renditions of any size: `create` makes one, `list` returns those that exist. Widths of the ladder and presets
   * need no call: `mediaUrl` names them.
   *
   * @throws TintypeError such as `PHOTO_NOT_FOUND`, `OVERLOADED`
   * @example
   * const { url } = await tintype.thumbnails.create.mutate({ photoId, width: 400, height: 300, fit: 'cover' })
   */
  readonly thumbnails: Procedures['thumbnails']

  /**
   * Calls about signed URLs of private photos: `sign` makes those of a photo's renditions, or of paths. Needs the scope `manage`.
   *
   * @throws TintypeError such as `PHOTO_NOT_FOUND`, `FORBIDDEN`
   * @example
   * const [link] = await tintype.urls.sign.mutate({ photoId: photo.id, covers: 'renditions' })
   */
  readonly urls: Procedures['urls']

  /**
   * Calls about the server: `limits` returns what it accepts and which renditions it makes, `about` its version.
   *
   * @example
   * const { maxUploadByteSize, mimeTypes } = await tintype.system.limits.query()
   */
  readonly system: Procedures['system']

  /**
   * URL of a photo's original, or of one of its renditions, which the server makes on its first request. It begins with the
   * client's `url`, unless the server's own URLs are absolute.
   *
   * @example tintype.mediaUrl(photo, { width: 640, format: 'webp' })
   */
  mediaUrl(photo: PhotoReference, choice?: MediaChoice): string

  /**
   * Value for the `srcset` attribute of an `img`, with URLs like those of `mediaUrl`: the widths of the ladder up to the photo's own.
   *
   * @example <img src={tintype.mediaUrl(photo, { width: 640 })} srcSet={tintype.srcset(photo)} sizes="50vw" />
   */
  srcset(photo: PhotoReference, choice?: SrcsetChoice): string
}

/**
 * Makes a client of one server. It holds no connection and need not be closed.
 *
 * @throws TintypeError `INVALID_REQUEST` if the URL is neither http(s) nor root-relative
 * @example
 * const tintype = createTintypeClient({ url: 'http://localhost:3000', token: readToken })
 * const photo = await tintype.upload(file)
 * img.srcset = tintype.srcset(photo)
 */
export function createTintypeClient(options: UploaderOptions = {}): TintypeClient {
  const connection = createConnection(options)
  const { url } = connection
  const upload = createUpload(connection, options.retry)
  return {
    url,
    upload,
    uploadAll: (inputs, all) => uploadAll(upload, inputs, all),
    ...createProcedures(createCalls(connection, options.retry)),
    mediaUrl: (photo, choice) => mediaUrl(photo, { ...choice, url }),
    srcset: (photo, choice) => srcset(photo, { ...choice, url }),
  }
}
