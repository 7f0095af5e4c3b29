import type { PhotoCatalog, PhotoRecord, RenditionRecord } from '@tintype/catalog'
import { fileTypes, type MediaReference, renditionMimeTypes, type Visibility } from '@tintype/contract'
import type { BlobKey } from '@tintype/storage'
import { originalKey, renditionKey } from '../blob-keys.ts'
import { photoNotFound } from '../photo-not-found.ts'

/** What a media URL names: bytes that never change once they were sent. */
export interface Media {
  /** Whether every caller with the URL may read them, or the callers of their owner only. */
  readonly visibility: Visibility
  readonly owner: string | null
  readonly key: BlobKey
  readonly mimeType: string
  readonly byteSize: number
  /** 64 lower-case hex digits; the strong validator. */
  readonly sha256: string
  /** The name to save it under. */
  readonly filename: string
}

/** Media that every caller may read, without being identified. */
export interface PublicMedia extends Media {
  readonly visibility: 'public'
}

/** Whether everyone may read these media. */
export function isPublicMedia(media: Media): media is PublicMedia {
  return media.visibility === 'public'
}

/** What the catalog has for a media URL. */
export interface FoundMedia {
  readonly photo: PhotoRecord
  /** `undefined` if the photo has no such rendition, or its original has another format. */
  readonly media: Media | undefined
}

/**
 * Looks a media URL up in the catalog; makes nothing.
 *
 * @throws PHOTO_NOT_FOUND
 */
export async function findMedia(
  reference: MediaReference,
  catalog: Pick<PhotoCatalog, 'get' | 'getRendition'>,
): Promise<FoundMedia> {
  const photo = await catalog.get(reference.id)
  if (!photo) throw photoNotFound()
  if (reference.kind === 'original')
    return { photo, media: reference.format === photo.format ? originalMedia(photo) : undefined }
  const rendition = await catalog.getRendition(photo.id, reference.name, reference.format)
  return { photo, media: rendition && renditionMedia(photo, rendition) }
}

function originalMedia({ id, format, byteSize, sha256, filename, visibility, owner }: PhotoRecord): Media {
  return {
    visibility,
    owner,
    key: originalKey(id, format),
    mimeType: fileTypes[format].mimeType,
    byteSize,
    sha256,
    filename,
  }
}

/** A rendition as a media URL names it. */
export function renditionMedia(photo: PhotoRecord, rendition: RenditionRecord): Media {
  const { name, format, byteSize, sha256 } = rendition
  return {
    visibility: photo.visibility,
    owner: photo.owner,
    key: renditionKey(photo.id, name, format),
    mimeType: renditionMimeTypes[format],
    byteSize,
    sha256,
    filename: `${photo.filename.replace(/\.[^.]*$/, '')}-${name}.${format}`,
  }
}
