import { rgbaToThumbHash } from 'thumbhash'
import { fitInside } from '../fit-box.ts'
import type { RawImage } from '../image.ts'

// A thumbhash keeps at most 7 waves a side, so 32 pixels give the same hash as the 100 it accepts, and 0.1 ms
// instead of 0.7 (measured on photographs).
const box = { width: 32, height: 32 }

/** An image's thumbhash, base64. @see https://evanw.github.io/thumbhash/ */
export function makePlaceholder(image: RawImage): string {
  const { width, height } = fitInside(image, box)
  return Buffer.from(rgbaToThumbHash(width, height, averageAreas(image, width, height))).toString('base64')
}

/**
 * Shrinks to RGBA by averaging, area by area: that takes a third of the time of adding each pixel to the area it lies in.
 */
function averageAreas(image: RawImage, width: number, height: number): Uint8Array {
  const rgba = new Uint8Array(width * height * 4)
  const edgeX = (column: number) => Math.ceil((column * image.width) / width)
  const edgeY = (row: number) => Math.ceil((row * image.height) / height)
  for (let row = 0, to = 0; row < height; row += 1) {
    const [top, bottom] = [edgeY(row), edgeY(row + 1)]
    for (let column = 0; column < width; column += 1, to += 4)
      rgba.set(averageArea(image, { left: edgeX(column), right: edgeX(column + 1), top, bottom }), to)
  }
  return rgba
}

/** Each pixel counts by its alpha. Otherwise colours of invisible pixels would show. */
function averageArea({ data, width, channels }: RawImage, { left, right, top, bottom }: Area) {
  let [red, green, blue, seen] = [0, 0, 0, 0]
  for (let y = top; y < bottom; y += 1) {
    const end = (y * width + right) * channels
    for (let at = (y * width + left) * channels; at < end; at += channels) {
      const alpha = channels === 4 ? (data[at + 3] ?? 0) : 255
      red += (data[at] ?? 0) * alpha
      green += (data[at + 1] ?? 0) * alpha
      blue += (data[at + 2] ?? 0) * alpha
      seen += alpha
    }
  }
  const weight = seen || 1
  const count = (right - left) * (bottom - top)
  return [red / weight, green / weight, blue / weight, seen / count].map(Math.round)
}

/** Pixels from `left` and `top`, up to `right` and `bottom`, which are excluded. */
interface Area {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}
