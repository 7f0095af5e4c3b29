import type { PhotoFormat } from '@tintype/contract'
import { loadSharp } from '../pixels/load-sharp.ts'
import type { CornerColours, Rgb } from './compare-images.ts'

/** The corners of every quadrant image, as a viewer that obeys its orientation shows them. */
export const quadrantColours: CornerColours = {
  topLeft: [220, 20, 20],
  topRight: [20, 180, 20],
  bottomLeft: [20, 20, 220],
  bottomRight: [245, 245, 245],
}

/**
 * Makes an image of four plain quadrants, upright red and green above blue and white, stored so that a viewer
 * that obeys EXIF `orientation` shows `width × height` pixels that way up. Without an orientation no EXIF is
 * written. 5 to 8 are stored with sides swapped.
 *
 * @param options.orientation 1 to 8; GIF has none; in AVIF it is written as `irot` and `imir` boxes and as EXIF,
 *                            which viewers must not apply on top
 */
export async function makeQuadrants(options: {
  readonly width: number
  readonly height: number
  readonly format: PhotoFormat
  readonly orientation?: number
}): Promise<Uint8Array> {
  const { width, height, format, orientation } = options
  const sharp = await loadSharp()
  const shown = orientation ?? 1
  const isSwapped = shown >= 5
  const raw = { width: isSwapped ? height : width, height: isSwapped ? width : height, channels: 3 } as const
  const pixels = new Uint8Array(width * height * 3)
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1) {
      const [storedX, storedY] = storedAt(shown, { x, y, width, height })
      pixels.set(quadrantOf({ x, y, width, height }), (storedY * raw.width + storedX) * 3)
    }
  const image = sharp(pixels, { raw })
  if (orientation !== undefined) image.withMetadata({ orientation })
  if (format === 'jpeg') image.jpeg({ quality: 95, chromaSubsampling: '4:4:4' })
  else if (format === 'webp') image.webp({ lossless: true })
  else if (format === 'avif') image.avif({ quality: 90, effort: 0 })
  else image.toFormat(format)
  return new Uint8Array(await image.toBuffer())
}

interface Point {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

function quadrantOf({ x, y, width, height }: Point): Rgb {
  if (y < height / 2) return x < width / 2 ? quadrantColours.topLeft : quadrantColours.topRight
  return x < width / 2 ? quadrantColours.bottomLeft : quadrantColours.bottomRight
}

/** Where the pixel that is displayed at a point is stored. @see Exif 2.32 §4.6.4 (Orientation) */
function storedAt(orientation: number, { x, y, width, height }: Point): readonly [number, number] {
  const right = width - 1 - x
  const bottom = height - 1 - y
  switch (orientation) {
    case 2:
      return [right, y]
    case 3:
      return [right, bottom]
    case 4:
      return [x, bottom]
    case 5:
      return [y, x]
    case 6:
      return [y, right]
    case 7:
      return [bottom, right]
    case 8:
      return [bottom, x]
    default:
      return [x, y]
  }
}
