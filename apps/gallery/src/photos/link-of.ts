import type { Photo } from '@tintype/client'
import { tintype } from '../tintype.ts'

/** Width of the rendition that links lead to, in pixels. */
export const linkWidth = 1920

/** The link to a photo that can be passed on: a large rendition, which has no metadata. Of an animation it is a still image. */
export function linkOf(photo: Photo): string {
  return tintype.mediaUrl(photo, { width: linkWidth, format: formatOfLink(photo) })
}

/** JPEG, which everything can read; WebP for a photo that may be transparent. */
export const formatOfLink = (photo: Photo) => (mayBeTransparent(photo) ? 'webp' : 'jpg')

/** From the placeholder, which says it in the last bit of its third byte; if there is none, by the format. */
function mayBeTransparent({ placeholder, format }: Photo): boolean {
  if (format === 'jpeg') return false
  return placeholder === '' || (atob(placeholder).charCodeAt(2) & 0x80) !== 0
}
