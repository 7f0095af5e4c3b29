import type { Photo } from '@tintype/client'
import { endOfLinks } from '../lightbox/copy-choices.ts'
import { tintype } from '../tintype.ts'

/** How long before their end signed links are replaced, in milliseconds. */
export const renewBeforeEndMs = 60_000

/** Whether the signed links of a photo have ended, or end within a minute. */
export function isEnding(photo: Pick<Photo, 'thumbnail'>): boolean {
  const end = endOfLinks(photo)
  return end !== undefined && end.getTime() - Date.now() < renewBeforeEndMs
}

/**
 * The photo itself, or the photo as the server has it now, with new links, if its own are ending.
 *
 * @throws TintypeError if the server does not return the photo
 */
export async function renewPhoto(photo: Photo, signal?: AbortSignal): Promise<Photo> {
  return isEnding(photo) ? tintype.photos.get.query({ id: photo.id }, { signal }) : photo
}
