import type { PhotoCatalog } from '@tintype/catalog'
import { type MediaReference, parseRenditionName, TintypeError } from '@tintype/contract'
import { photoNotFound } from '../photo-not-found.ts'
import type { Renditions, ViewOptions } from '../renditions/renditions.ts'
import { findMedia, type Media, renditionMedia } from './find-media.ts'

/** Obtains the media of a URL. @see obtainMedia */
export type ObtainMedia = (reference: MediaReference, options?: ObtainOptions) => Promise<Media>

/** How media are obtained. */
export interface ObtainOptions extends ViewOptions {
  /** Whether the bytes of the previous result proved to be lost. */
  readonly isLost?: boolean | undefined
  /** Whether a missing rendition of a custom size is made as well. */
  readonly makesCustom?: boolean | undefined
}

/**
 * Returns the media of a URL. A missing rendition of a preset or of the ladder is made. One of a custom size is not,
 * unless `makesCustom` is set: otherwise everyone could fill the store (threat B297).
 *
 * @param options.isLost whether the bytes of the previous result proved to be lost. Then a rendition is made again, and may
 * have other bytes; an original stays lost
 * @throws PHOTO_NOT_FOUND, RENDITION_NOT_FOUND, the errors of making a rendition, and the signal's reason
 */
export async function obtainMedia(
  reference: MediaReference,
  { catalog, renditions }: { readonly catalog: PhotoCatalog; readonly renditions: Renditions },
  { isLost = false, makesCustom = false, ...view }: ObtainOptions = {},
): Promise<Media> {
  const { photo, media } = await findMedia(reference, catalog)
  if (media && !isLost) return media
  if (reference.kind === 'original') throw photoNotFound()
  const { name, format } = reference
  if (media) return renditionMedia(photo, await renditions.obtain(photo, name, format, view))
  if (!isMadeOnRequest(name) && !(makesCustom && parseRenditionName(name)))
    throw new TintypeError('RENDITION_NOT_FOUND', 'This photo has no rendition of this name')
  return renditionMedia(photo, await renditions.make(photo, name, format, view))
}

/** Whether the name belongs to a preset or to a width of the ladder. */
function isMadeOnRequest(name: string): boolean {
  return parseRenditionName(name)?.isCustom === false
}
