import type { ImageHeader } from '../formats/types.ts'
import type { ImageSource, Size } from '../image.ts'
import { toDecodeFailure } from '../image-errors.ts'
import { openStored } from './open-image.ts'

/**
 * The size that `autoOrient` gives an image. Without EXIF our own header is enough. With EXIF the size comes from the
 * library that turns the pixels: two readers of odd EXIF could disagree, and the photo would lie on its side (B132).
 *
 * @throws UNREADABLE_IMAGE, TOO_MANY_PIXELS, INTERNAL, OVERLOADED
 */
export async function uprightSize(source: ImageSource, header: ImageHeader): Promise<Size> {
  if (header.exif === undefined || header.format === 'avif') return header
  try {
    const image = await openStored(source, header)
    return (await image.metadata()).autoOrient
  } catch (error) {
    throw toDecodeFailure(error, header.format)
  }
}
