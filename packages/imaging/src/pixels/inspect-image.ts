import type { PhotoFormat } from '@tintype/contract'
import { fitInside } from '../fit-box.ts'
import { readHeader } from '../formats/read-header.ts'
import type { DecodedImage, ImageLimits, ImageSource, ThumbnailTarget } from '../image.ts'
import { readTakenAt } from '../metadata/taken-at.ts'
import { decodeAtSize } from './decode-at-size.ts'
import { makePlaceholder } from './placeholder.ts'
import { renderRaw } from './render-image.ts'
import { uprightSize } from './upright-size.ts'

/** How an image is inspected. */
export interface InspectOptions {
  /** What the first bytes announced; see `identify`. */
  readonly format: PhotoFormat
  readonly limits: ImageLimits
  readonly thumbnail: ThumbnailTarget
}

/**
 * Reads an image's header, decodes all of it, once, at the thumbnail's size, and makes placeholder and thumbnail from
 * these pixels. Arguments and result can be structured-cloned: a child process runs this.
 *
 * The first frame of an animation is decoded; of the others only that they are complete is known.
 *
 * @throws NOT_AN_IMAGE, TOO_MANY_PIXELS, UNREADABLE_IMAGE, INTERNAL, OVERLOADED
 */
export async function inspectImage(source: ImageSource, options: InspectOptions): Promise<DecodedImage> {
  const { format, limits, thumbnail } = options
  const header = readHeader(source, { limits, format })
  const { width, height } = await uprightSize(source, header)
  const pixels = await decodeAtSize(source, { header, size: fitInside({ width, height }, thumbnail) })
  return {
    width,
    height,
    takenAt: readTakenAt(header),
    placeholder: makePlaceholder(pixels),
    thumbnail: await renderRaw(pixels, thumbnail),
  }
}
