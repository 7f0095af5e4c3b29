import type { Photo } from '@tintype/client'
import { tintype } from '../tintype.ts'

/** Width of the box of a card's image over its height, as in photos.css. */
const boxRatio = 4 / 3

/**
 * The image of a card, for a screen of any density. The thumbnail is there since the upload, so it is what a
 * card of up to 300 px shows at normal density; the server makes another size only for those who see more of it.
 */
export function cardImage(photo: Photo) {
  const { thumbnail, width, height } = photo
  const widths = [160, 320, 480, 640].filter((rung) => Math.min(rung, width) > thumbnail.width * 1.25)
  const larger = widths.length > 0 ? `, ${tintype.srcset(photo, { widths })}` : ''
  // the part of the box's width that a picture taller than it takes: for all of it, 300 px high would not do
  const part = Math.min(1, width / height / boxRatio).toFixed(3)
  return {
    src: thumbnail.url,
    srcSet: `${thumbnail.url} ${thumbnail.width}w${larger}`,
    sizes: `(width < 30rem) calc(${part} * (100vw - 3.5rem)), calc(${part} * 18rem)`,
  }
}
