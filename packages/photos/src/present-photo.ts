import type { PhotoRecord, RenditionRecord } from '@tintype/catalog'
import {
  defaultRenditionFormat,
  fileTypes,
  originalPath,
  type Photo,
  type PhotoId,
  type Rendition,
  renditionPath,
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
  /** Only this path, or the original and every rendition that a photo has without being asked for. */
  readonly covers: 'path' | 'all'
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

/** Private photos get signed URLs: the caller that sees a photo's row can show it in a page. */
export function createPresenter({ baseUrl = '', signMedia }: PresenterOptions): Presenter {
  /** What follows a private photo's URL: the signature. */
  function endingOf({ id, visibility }: PhotoRecord, path: string, covers: SignedSubject['covers']): string {
    const isSigned = visibility === 'private' && signMedia !== undefined
    return isSigned ? `?${signMedia({ id, path, covers })}` : ''
  }
  return {
    photo(record) {
      const { id, thumbnailWidth: width, thumbnailHeight: height } = record
      const path = originalPath(id, record.format)
      const thumbnailPath = renditionPath(id, 'thumb', defaultRenditionFormat)
      const ending = endingOf(record, path, 'all') // one signature covers both
      return {
        id,
        url: baseUrl + path + ending,
        thumbnail: { url: baseUrl + thumbnailPath + ending, width, height },
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
      const url = baseUrl + path + endingOf(photo, path, 'path')
      return { url, width, height, byteSize, format }
    },
  }
}
