import { decodeColours } from '../colours/decode-colours.ts'
import type { ImageHeader } from '../formats/types.ts'
import type { ImageSource, RawImage, Size } from '../image.ts'
import { toDecodeFailure } from '../image-errors.ts'
import type { SharpPipeline } from './load-sharp.ts'
import { type OpenedHeader, openImage } from './open-image.ts'

/**
 * Decodes all of an image, upright, in sRGB, scaled to a size.
 *
 * @throws UNREADABLE_IMAGE, TOO_MANY_PIXELS, INTERNAL, OVERLOADED
 */
export async function decodeAtSize(
  source: ImageSource,
  { header, size }: { readonly header: ImageHeader; readonly size: Size },
): Promise<RawImage> {
  try {
    return await decode(source, { header: { ...header, isStrict: header.format === 'jpeg' }, size })
  } catch (error) {
    if (header.format !== 'jpeg' || isBlockMissing(error)) throw toDecodeFailure(error, header.format)
  }
  // what the decoder warned of, if it did, hides nothing of the picture
  try {
    return await decode(source, { header, size })
  } catch (error) {
    throw toDecodeFailure(error, header.format)
  }
}

async function decode(
  source: ImageSource,
  { header, size }: { readonly header: OpenedHeader; readonly size: Size },
): Promise<RawImage> {
  const image = await openImage(source, header)
  const { colours } = header
  return colours ? await decodeColours(image, { colours, size }) : await toRawImage(image, size)
}

/** libjpeg fills what is missing before a marker with grey, and only warns. */
function isBlockMissing(error: unknown): boolean {
  return error instanceof Error && error.message.includes('premature end of data segment')
}

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
