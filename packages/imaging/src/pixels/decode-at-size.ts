import { decodeColours } from '../colours/decode-colours.ts'
import type { ImageHeader } from '../formats/types.ts'
import type { ImageSource, RawImage, Size } from '../image.ts'
import { toDecodeFailure, unreadable } from '../image-errors.ts'
import type { SharpPipeline } from './load-sharp.ts'
import { openImage } from './open-image.ts'

/**
 * Decodes all of an image, upright, in sRGB, scaled to a size.
 *
 * @throws UNREADABLE_IMAGE, TOO_MANY_PIXELS, INTERNAL, OVERLOADED
 */
export async function decodeAtSize(
  source: ImageSource,
  { header, size }: { readonly header: ImageHeader; readonly size: Size },
): Promise<RawImage> {
  const { format, colours } = header
  try {
    const image = await openImage(source, header)
    const warnings: string[] = []
    image.on('warning', (text: string) => warnings.push(text))
    const pixels = colours ? await decodeColours(image, { colours, size }) : await toRawImage(image, size)
    const missing = warnings.find((text) => missingBlocks.test(text))
    if (missing) throw unreadable(format, 'ends too early', new Error(missing))
    return pixels
  } catch (error) {
    throw toDecodeFailure(error, format)
  }
}

/**
 * libjpeg fills blocks that are missing with grey, and only warns. The decoder's own option `failOn` does not see a warning
 * in the last rows that it reads, which are up to 128 rows of the image. Of several warnings the first has a text.
 */
const missingBlocks = /^VipsJpeg: .*(?:premature end of data segment|instead of RST)/

/** Scales an upright image to a size. */
async function toRawImage(image: SharpPipeline, { width, height }: Size): Promise<RawImage> {
  const { data, info } = await image
    .resize(width, height, { fit: 'fill' })
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true })
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
  return { data: bytes, width: info.width, height: info.height, channels: info.channels === 4 ? 4 : 3 }
}
