import { type PhotoFormat, TintypeError } from '@tintype/contract'
import type { ImageLimits, Size } from '../image.ts'
import { formatName, unreadable } from '../image-errors.ts'
import { maxJpegScans } from './jpeg.ts'
import { maxPngMetadataByteSize } from './png.ts'
import type { ImageStructure } from './types.ts'

/** The limit of pixels for a format. */
export function pixelLimit(format: PhotoFormat, limits: ImageLimits): number {
  return format === 'avif' ? Math.min(limits.maxAvifPixels, limits.maxPixels) : limits.maxPixels
}

/**
 * Refuses an image whose structure alone would hurt its decoder, or that has no usable size.
 *
 * @returns its size as stored, both sides at least 1
 * @throws TOO_MANY_PIXELS with `limit` if a PNG's metadata is too large
 * @throws UNREADABLE_IMAGE, and NOT_AN_IMAGE for a HEIC that declares to be an AVIF (B110)
 */
export function assertDecodable(structure: ImageStructure): Size {
  const { format, size, isTruncated } = structure
  if (format === 'png' && structure.isMetadataTooLarge) {
    const limit = maxPngMetadataByteSize
    const detail = `The PNG's metadata decompresses to more than the limit of ${limit} bytes`
    throw new TintypeError('TOO_MANY_PIXELS', detail, { facts: { limit } })
  }
  if (format === 'jpeg' && structure.scans > maxJpegScans)
    throw unreadable(format, `has more than ${maxJpegScans} scans`)
  if (format === 'avif' && structure.hasOverlay) throw unreadable(format, 'is composed of overlays')
  if (!size || size.width < 1 || size.height < 1)
    throw unreadable(format, isTruncated ? 'ends too early' : 'is damaged')
  if (format === 'avif' && !structure.hasAv1)
    throw new TintypeError('NOT_AN_IMAGE', 'The file is HEIC, which is not an accepted format')
  return size
}

/**
 * Refuses an image that is larger than the limits, or cut short.
 *
 * @param displayed its size as displayed
 * @throws TOO_MANY_PIXELS with `width`, `height`, `frames`, `limit`, and `pixels` unless that is infinite
 * @throws UNREADABLE_IMAGE if the file ends before its structure does
 */
export function assertWithinLimits(structure: ImageStructure, displayed: Size, limits: ImageLimits): void {
  const { format } = structure
  const { width, height } = displayed
  const frames = 'frames' in structure ? structure.frames : 1
  // Of an animation the first frame is decoded, and nothing else.
  const shownPixels = width * height
  const pixels = format === 'avif' ? Math.max(shownPixels, structure.decodedPixels) : shownPixels
  const maxPixels = pixelLimit(format, limits)
  const refuse = (limit: number, detail: string) => {
    // JSON has no Infinity, which is the count for grids that contain each other.
    const facts = { width, height, frames, ...(Number.isFinite(pixels) ? { pixels } : {}), limit }
    return new TintypeError('TOO_MANY_PIXELS', detail, { facts })
  }
  if (Math.max(width, height) > limits.maxSide)
    throw refuse(
      limits.maxSide,
      `The image has ${width} × ${height} pixels; the limit for a side is ${limits.maxSide}`,
    )
  if (frames > limits.maxFrames)
    throw refuse(limits.maxFrames, `The image has ${frames} frames; the limit is ${limits.maxFrames}`)
  if (pixels > maxPixels) {
    const size = `${width} × ${height} pixels`
    const found = pixels > shownPixels ? `${size}, decoded from many more` : size
    throw refuse(maxPixels, `The ${formatName(format)} has ${found}; the limit is ${maxPixels} pixels`)
  }
  if (structure.isTruncated) throw unreadable(format, 'ends too early')
}
