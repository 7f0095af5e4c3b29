import type { PhotoRecord, RenditionRecord } from '@tintype/catalog'
import {
  defaultRenditionFormat,
  fileTypes,
  originalPath,
  type Photo,
  type Rendition,
  renditionPath,
} from '@tintype/contract'

/** Converts records of the catalog into the types of the API. */
export interface Presenter {
  photo(record: PhotoRecord): Photo
  rendition(record: RenditionRecord): Rendition
}

/**
 * @param baseUrl what every URL starts with: the public origin, the base path, both or nothing. Never from a request (threat
 * B281).
 */
export function createPresenter(baseUrl = ''): Presenter {
  return {
    photo(record) {
      const { id, thumbnailWidth: width, thumbnailHeight: height } = record
      return {
        id,
        url: baseUrl + originalPath(id, record.format),
        thumbnail: { url: baseUrl + renditionPath(id, 'thumb', defaultRenditionFormat), width, height },
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
      }
    },
    rendition({ photoId, name, format, width, height, byteSize }) {
      return { url: baseUrl + renditionPath(photoId, name, format), width, height, byteSize, format }
    },
  }
}
