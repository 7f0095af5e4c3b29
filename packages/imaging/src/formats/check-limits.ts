import { type PhotoFormat, TintypeError } from '@tintype/contract'
import type { ImageLimits, Size } from '../image.ts'
import { formatName, unreadable } from '../image-errors.ts'
import type { Survey } from './survey.ts'

/** What header and structure say of an image. Size as displayed. */
export interface FoundImage extends Size {
  readonly format: PhotoFormat
  /** Pictures that are decoded. */
  readonly frames: number
  readonly survey: Survey
}

/** What an image was found to be. */
interface Measure extends Size {
  readonly format: PhotoFormat
  readonly frames: number
  /** What is decoded, at least width × height × frames. */
  readonly pixels: number
}

/** The limit of pixels that holds for a format. */
export function pixelLimit(format: PhotoFormat, limits: ImageLimits): number {
  return format === 'avif' ? Math.min(limits.maxAvifPixels, limits.maxPixels) : limits.maxPixels
}

/**
 * Refuses an image that is larger than the limits, or cut short.
 *
 * @throws TOO_MANY_PIXELS with `width`, `height`, `frames`, `pixels` and `limit`, as far as they are known
 * @throws UNREADABLE_IMAGE where the file ends before its structure does
 */
export function admitImage({ survey, ...found }: FoundImage, limits: ImageLimits): void {
  const pixels = Math.max(found.width * found.height * found.frames, survey.avif?.pixels ?? 0)
  assertWithinLimits({ ...found, pixels }, limits)
  if (survey.isTruncated) throw unreadable(found.format, 'ends too early')
}

function assertWithinLimits(found: Measure, limits: ImageLimits): void {
  const { format, ...facts } = found
  const { width, height, frames, pixels } = facts
  const maxPixels = pixelLimit(format, limits)
  const refuse = (limit: number, detail: string) => {
    // JSON has no Infinity, which is what a grid in a circle adds up to.
    const finite = Number.isFinite(pixels) ? facts : { width, height, frames }
    return new TintypeError('TOO_MANY_PIXELS', detail, { facts: { ...finite, limit } })
  }
  if (Math.max(width, height) > limits.maxSide)
    throw refuse(
      limits.maxSide,
      `The image is ${width} × ${height} pixels; a side may have ${limits.maxSide}`,
    )
  if (frames > limits.maxFrames)
    throw refuse(limits.maxFrames, `The image has ${frames} frames; ${limits.maxFrames} are accepted`)
  if (pixels > maxPixels) {
    const size = `${width} × ${height} pixels${frames > 1 ? ` in each of ${frames} frames` : ''}`
    const found = pixels > width * height * frames ? `${size}, made from many more` : size
    throw refuse(maxPixels, `The ${formatName(format)} has ${found}; ${maxPixels} pixels are accepted`)
  }
}
