import type { PhotoFormat } from '@tintype/contract'
import { toDecodeFailure } from './decode-failure.ts'
import { fitInside } from './fit-box.ts'
import {
  type ImageFacts,
  type ImageLimits,
  type ImageSource,
  type PreviewPixels,
  previewBox,
} from './image.ts'
import { loadSharp } from './load-sharp.ts'
import { makePlaceholder } from './placeholder.ts'
import { type ImageHeader, readHeader, toInput } from './read-header.ts'
import { readTakenAt } from './taken-at.ts'

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
  const header = readHeader(source, { limits, expected: format })
  const preview = await decodePreview(source, header)
  return {
    width: header.width,
    height: header.height,
    takenAt: readTakenAt(header.exif),
    placeholder: makePlaceholder(preview),
    preview,
  }
}

async function decodePreview(source: ImageSource, header: ImageHeader): Promise<PreviewPixels> {
  const sharp = await loadSharp()
  const { width, height } = fitInside(header, previewBox)
  try {
    // At `warning`, complete photographs of real cameras are refused; at `truncated`, broken ones pass (B118).
    const { data, info } = await sharp(toInput(source), {
      failOn: 'error',
      limitInputPixels: header.maxPixels,
    })
      .autoOrient()
      .resize(width, height, { fit: 'fill' })
      .toColourspace('srgb')
      .raw()
      .toBuffer({ resolveWithObject: true })
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    return { data: bytes, width: info.width, height: info.height, channels: info.channels === 4 ? 4 : 3 }
  } catch (error) {
    throw toDecodeFailure(error, header.format)
  }
}
