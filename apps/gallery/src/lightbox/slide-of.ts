import type { Photo } from '@tintype/client'
import { linkId } from '../grid/use-grid-focus.ts'
import { tintype } from '../tintype.ts'

/** Widths of the ladder that a whole window is filled with. */
const widths = [480, 640, 960, 1280, 1920, 2560, 3840]

/** What PhotoSwipe shows of a photo: at first what the grid has loaded, then the smallest rendition that is large enough. */
export function slideOf(photo: Photo) {
  const { width, height, format } = photo
  const size = { width, height, alt: describePhoto(photo), msrc: gridImage(photo) }
  // a rendition of an animation is a still image
  if (format === 'gif') return { ...size, src: tintype.mediaUrl(photo) }
  return { ...size, src: tintype.mediaUrl(photo, { width: 1280 }), srcset: tintype.srcset(photo, { widths }) }
}

/** The text for people who do not see the photo. */
export const describePhoto = ({ alt, title, filename }: Photo): string => alt ?? title ?? filename

/** The address of the image that the grid shows, which is loaded already; of the thumbnail if the grid shows none. */
export function gridImage({ id, thumbnail }: Photo): string {
  const image = document.getElementById(linkId(id))?.querySelector('img')
  return image?.complete && image.currentSrc !== '' ? image.currentSrc : thumbnail.url
}
