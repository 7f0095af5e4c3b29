import { toInput } from '../formats/read-header.ts'
import type { ImageHeader } from '../formats/types.ts'
import type { ImageSource, PreviewPixels, Size } from '../image.ts'
import { toDecodeFailure } from '../image-errors.ts'
import { loadSharp, type SharpPipeline } from './load-sharp.ts'

/**
 * Decodes all of an image, upright, in sRGB, scaled to a size.
 *
 * @throws UNREADABLE_IMAGE, TOO_MANY_PIXELS, INTERNAL, OVERLOADED
 */
export async function decodeAtSize(
  source: ImageSource,
  { header, size }: { readonly header: ImageHeader; readonly size: Size },
): Promise<PreviewPixels> {
  const sharp = await loadSharp()
  try {
    // At `warning`, complete photographs of real cameras are refused; at `truncated`, broken ones pass (B118).
    const image = sharp(toInput(source), { failOn: 'error', limitInputPixels: header.maxPixels })
    return await readPixels(image.autoOrient(), size)
  } catch (error) {
    throw toDecodeFailure(error, header.format)
  }
}

/** Scales what is upright to a size, as pixels. */
export async function readPixels(image: SharpPipeline, { width, height }: Size): Promise<PreviewPixels> {
  const { data, info } = await image
    .resize(width, height, { fit: 'fill' })
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true })
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
  return { data: bytes, width: info.width, height: info.height, channels: info.channels === 4 ? 4 : 3 }
}
