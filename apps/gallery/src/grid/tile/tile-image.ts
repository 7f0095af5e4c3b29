import type { Photo, SystemLimits } from '@tintype/client'
import { tintype } from '../../tintype.ts'

/** Widths of the ladder that the grid uses. None is larger than a box of the grid can show. */
const widths = [320, 480, 640, 960]

/**
 * The image attributes of a photo in a box of the grid, for screens of any density. The thumbnail exists since the upload, and
 * is used as long as it is large enough. AVIF is used only if it was made in advance, because encoding it takes long.
 *
 * @param boxPx size of the box in CSS pixels
 * @param eager the renditions that the server makes in advance
 */
export function tileImage(
  photo: Photo,
  boxPx: { readonly width: number; readonly height: number },
  eager: SystemLimits['eager'],
) {
  const { thumbnail, width, height } = photo
  const larger = widths.filter((one) => Math.min(one, width) > thumbnail.width * 1.25)
  const rest = larger.length > 0 ? `, ${tintype.srcset(photo, { widths: larger })}` : ''
  // the box shows only a part of a very long picture
  const shownPx = Math.ceil(Math.max(boxPx.width, (boxPx.height * width) / height))
  const inAvif = widths.filter((one) => one <= width && eager[`w${one}`]?.includes('avif'))
  return {
    src: thumbnail.url,
    srcSet: `${thumbnail.url} ${thumbnail.width}w${rest}`,
    avifSrcSet: inAvif.length > 0 ? tintype.srcset(photo, { widths: inAvif, format: 'avif' }) : undefined,
    sizes: `${shownPx}px`,
  }
}
