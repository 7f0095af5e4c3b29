import type { PhotoCatalog } from '@tintype/catalog'
import {
  formatFacts,
  type MediaReference,
  parseRenditionName,
  renditionMimeTypes,
  TintypeError,
} from '@tintype/contract'
import type { BlobKey } from '@tintype/storage'
import { originalKey, renditionKey } from '../blob-keys.ts'
import { photoNotFound } from '../photo-not-found.ts'
import type { Renditions } from '../renditions/renditions.ts'

/** Bytes that a media URL names: immutable from the first time it was answered. */
export interface Media {
  readonly key: BlobKey
  readonly mimeType: string
  readonly byteSize: number
  /** 64 lower-case hex digits; the strong validator. */
  readonly sha256: string
  /** Name to save it under. */
  readonly filename: string
}

/** Finds what a media URL names. @see findMedia */
export type FindMedia = (
  reference: MediaReference,
  options?: { readonly isLost?: boolean | undefined },
) => Promise<Media>

/**
 * What a media URL names; a rendition of a preset or of the ladder is made where it does not exist yet. One of a
 * custom size exists or not: only `thumbnails.create` makes it.
 *
 * @param options.isLost whether the bytes of what was found before proved to be gone: a rendition is made again then,
 * and may have other bytes; an original stays gone
 * @throws PHOTO_NOT_FOUND, RENDITION_NOT_FOUND, and what making a rendition throws
 */
export async function findMedia(
  reference: MediaReference,
  { catalog, renditions }: { catalog: PhotoCatalog; renditions: Renditions },
  { isLost = false }: { readonly isLost?: boolean | undefined } = {},
): Promise<Media> {
  const photo = await catalog.get(reference.id)
  if (!photo) throw photoNotFound()
  const { filename } = photo
  if (reference.kind === 'original') {
    if (reference.format !== photo.format || isLost) throw photoNotFound()
    const { byteSize, sha256, format } = photo
    return {
      key: originalKey(photo.id, format),
      mimeType: formatFacts[format].mimeType,
      byteSize,
      sha256,
      filename,
    }
  }
  const { name, format } = reference
  const spec = parseRenditionName(name)
  const recorded = await catalog.getRendition(photo.id, name, format)
  const isToBeMade = recorded ? isLost : spec !== undefined && !spec.isCustom
  const found = isToBeMade ? await renditions.obtain(photo, name, format) : recorded
  if (!found) throw new TintypeError('RENDITION_NOT_FOUND', 'This photo has no rendition of this name')
  const saveAs = `${filename.replace(/\.[^.]*$/, '')}-${name}.${format}`
  const mimeType = renditionMimeTypes[format]
  const { byteSize, sha256 } = found
  return {
    key: renditionKey(photo.id, name, format),
    mimeType,
    byteSize,
    sha256,
    filename: saveAs,
  }
}
