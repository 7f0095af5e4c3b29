import type { PhotoRecord, RenditionRecord } from '@tintype/catalog'
import {
  defaultRenditionFormat,
  fileTypes,
  originalPath,
  type Photo,
  type PhotoId,
  type Rendition,
  renditionPath,
  type SignatureCover,
} from '@tintype/contract'

/** Converts records of the catalog into the types of the API. */
export interface Presenter {
  photo(record: PhotoRecord): Photo
  rendition(record: RenditionRecord, photo: PhotoRecord): Rendition
}

/** Which media a signature is for. */
export interface SignedSubject {
  readonly id: PhotoId
  /** Below the base path. */
  readonly path: string
  readonly covers: SignatureCover
}

/** Signs media: returns the query of the URL, without `?`. */
export type SignMedia = (subject: SignedSubject) => string

/** How URLs are made. */
export interface PresenterOptions {
  /** What every URL starts with: the public origin, the base path, both or nothing. Never from a request (threat B281). */
  readonly baseUrl?: string | undefined
  /** Signs the URLs of private photos. If absent they are not signed. */
  readonly signMedia?: SignMedia | undefined
}

/**
 * Private photos get signed URLs: the caller that sees a photo's row can show it in a page. Only the original's own signature
 * opens the original (threat B248).
 */
export function createPresenter({ baseUrl = '', signMedia }: PresenterOptions): Presenter {
  /** The URL of a path; with a signature if the photo is private. */
  function urlOf({ id, visibility }: PhotoRecord, path: string, covers: SignatureCover): string {
    const isSigned = visibility === 'private' && signMedia !== undefined
    return baseUrl + path + (isSigned ? `?${signMedia({ id, path, covers })}` : '')
  }
  return {
    photo(record) {
      const { id, thumbnailWidth: width, thumbnailHeight: height } = record
      const thumbnailPath = renditionPath(id, 'thumb', defaultRenditionFormat)
      return {
        id,
        url: urlOf(record, originalPath(id, record.format), 'photo'),
        thumbnail: { url: urlOf(record, thumbnailPath, 'renditions'), width, height },
        filename: record.filename,
        byteSize: record.byteSize,
        sha256: record.sha256,
        format: record.format,
        mimeType: fileTypes[record.format].mimeType,
        width: record.width,
        height: record.height,
        placeholder: record.placeholder,
        title: record.title,
        alt: record.alt,
        tags: record.tags,
        createdAt: record.createdAt,
        takenAt: record.takenAt,
        owner: record.owner,
        visibility: record.visibility,
        metadata: record.metadata,
      }
    },
    rendition({ name, format, width, height, byteSize }, photo) {
      const path = renditionPath(photo.id, name, format)
      return { url: urlOf(photo, path, 'path'), width, height, byteSize, format }
    },
  }
}
