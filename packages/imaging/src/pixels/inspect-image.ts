import type { PhotoFormat } from '@tintype/contract'
import { fitInside } from '../fit-box.ts'
import { readTakenAt } from '../formats/exif.ts'
import { readHeader } from '../formats/read-header.ts'
import {
  type ImageFacts,
  type ImageLimits,
  type ImageSource,
  type PreviewPixels,
  previewBox,
} from '../image.ts'
import { decodeAtSize } from './decode-at-size.ts'
import { makePlaceholder } from './placeholder.ts'
import { uprightSize } from './upright-size.ts'

/** What `inspectImage` is told besides the image. */
export interface InspectOptions {
  /** What the first bytes announced; see `identify`. */
  readonly format: PhotoFormat
  readonly limits: ImageLimits
}

/** What an image is, and its pixels, small. */
export interface InspectedImage extends ImageFacts {
  readonly preview: PreviewPixels
}

/**
 * Measures an image and decodes all of it, once, into its preview. Arguments and result can be
 * structured-cloned: this is what a child process runs.
 *
 * Of an animation the first frame is decoded and shown; of the others only that they are complete is known.
 *
 * @throws NOT_AN_IMAGE, TOO_MANY_PIXELS, UNREADABLE_IMAGE, INTERNAL, OVERLOADED
 */
export async function inspectImage(source: ImageSource, options: InspectOptions): Promise<InspectedImage> {
  const { format, limits } = options
  const header = readHeader(source, { limits, format })
  const { width, height } = await uprightSize(source, header)
  const preview = await decodeAtSize(source, { header, size: fitInside({ width, height }, previewBox) })
  return {
    width,
    height,
    takenAt: readTakenAt(header.exif),
    placeholder: makePlaceholder(preview),
    preview,
  }
}
