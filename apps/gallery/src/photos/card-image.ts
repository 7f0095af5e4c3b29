import type { Photo } from '@tintype/client'
import { tintype } from '../tintype.ts'

/** Width ÷ height of the box of a card's image, as in photos.css. */
const boxRatio = 4 / 3

/**
 * The image attributes of a card, for screens of any density. The thumbnail exists since the upload, so a card of up to
 * 300 px shows it at normal density. The server makes a larger size only for screens that show more of it.
 */
export function cardImage(photo: Photo) {
  const { thumbnail, width, height } = photo
  const widths = [160, 320, 480, 640].filter((one) => Math.min(one, width) > thumbnail.width * 1.25)
  const larger = widths.length > 0 ? `, ${tintype.srcset(photo, { widths })}` : ''
  // A picture taller than the box fills only a part of its width. For the whole width, 300 px of height would be too few.
  const part = Math.min(1, width / height / boxRatio).toFixed(3)
  return {
    src: thumbnail.url,
    srcSet: `${thumbnail.url} ${thumbnail.width}w${larger}`,
    sizes: `(width < 30rem) calc(${part} * (100vw - 3.5rem)), calc(${part} * 18rem)`,
  }
}
