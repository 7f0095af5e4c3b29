import { type PhotoFormat, TintypeError } from '@tintype/contract'
import { openByteWindow } from './byte-window.ts'
import { formatName, toDecodeFailure, unreadable } from './decode-failure.ts'
import { identify, identifyByteSize } from './identify.ts'
import type { ImageLimits, ImageSource, Size } from './image.ts'
import { maxInflatedByteSize } from './inflation-meter.ts'
import type { Sharp, SharpMetadata } from './load-sharp.ts'
import { type Survey, surveyImage } from './survey.ts'
import { maxJpegScans } from './survey-jpeg.ts'

/** What the first bytes say of an image, within the limits. Size as displayed. */
export interface ImageHeader extends Size {
  readonly format: PhotoFormat
  /** What the decoder may be given: the limit that holds for this format. */
  readonly maxPixels: number
  readonly exif: Uint8Array | undefined
}

/** What an image was found to be. */
interface Measure extends Size {
  readonly format: PhotoFormat
  readonly frames: number
  /** What is decoded, at least width × height × frames. */
  readonly pixels: number
}

/**
 * Reads an image's header and refuses it there if it is too large, before a pixel is decoded: every bomb tried
 * was refused within 21 ms, most within 2 ms (B121–B126).
 *
 * @param options.expected the format its first bytes announced, read from them where absent; the decoder must agree
 * @throws TOO_MANY_PIXELS with `width`, `height`, `frames`, `pixels` and `limit`, as far as they are known
 * @throws UNREADABLE_IMAGE where header or structure make no sense, or the file ends before its structure does
 * @throws NOT_AN_IMAGE where it is a format that is not accepted
 */
export async function readHeader(
  source: ImageSource,
  options: {
    readonly sharp: Sharp
    readonly limits: ImageLimits
    readonly expected?: PhotoFormat | undefined
  },
): Promise<ImageHeader> {
  const { sharp, limits, expected } = options
  // Before sharp sees it: its `metadata()` inflates whatever a PNG holds.
  const { format, survey } = surveyOrThrow(source, expected)
  const metadata = await readMetadata(source, { sharp, format })
  assertFormat(metadata, format)
  const { width, height } = metadata.autoOrient
  // Of AVIF and PNG one picture is decoded, however many the file declares.
  const frames = format === 'gif' || format === 'webp' ? (metadata.pages ?? 1) : 1
  const pixels = Math.max(width * height * frames, survey.avif?.pixels ?? 0)
  assertWithinLimits({ format, width, height, frames, pixels }, limits)
  if (survey.isTruncated) throw unreadable(format, 'ends too early')
  return { format, width, height, maxPixels: pixelLimit(format, limits), exif: metadata.exif }
}

/** A source as the decoder takes it. */
export function toInput(source: ImageSource): Uint8Array | string {
  return source instanceof Uint8Array ? source : source.path
}

function surveyOrThrow(
  source: ImageSource,
  expected: PhotoFormat | undefined,
): { readonly format: PhotoFormat; readonly survey: Survey } {
  using bytes = openByteWindow(source)
  const format = expected ?? identify(bytes.slice(0, identifyByteSize))
  if (!format) throw new TintypeError('NOT_AN_IMAGE', 'The file is no image that is accepted here')
  try {
    const survey = surveyImage(bytes, format)
    if (survey.isInflated) throw inflated(format)
    if ((survey.scans ?? 0) > maxJpegScans) throw unreadable(format, `has more than ${maxJpegScans} scans`)
    if (survey.avif?.hasOverlay) throw unreadable(format, 'is put together from overlays')
    return { format, survey }
  } catch (error) {
    if (error instanceof RangeError) throw unreadable(format, 'is damaged', error)
    throw error
  }
}

function inflated(format: PhotoFormat): TintypeError {
  const limit = maxInflatedByteSize
  const detail = `The metadata of the ${formatName(format)} inflates to more than ${limit} bytes`
  return new TintypeError('TOO_MANY_PIXELS', detail, { facts: { limit } })
}

async function readMetadata(
  source: ImageSource,
  { sharp, format }: { readonly sharp: Sharp; readonly format: PhotoFormat },
): Promise<SharpMetadata> {
  try {
    return await sharp(toInput(source), { failOn: 'error', limitInputPixels: false }).metadata()
  } catch (error) {
    throw toDecodeFailure(error, format)
  }
}

/** The decoder's verdict must be what the first bytes announced (B110). */
function assertFormat({ format, compression }: SharpMetadata, expected: PhotoFormat): void {
  const name: string = format
  if (name === expected || (name === 'heif' && compression === 'av1' && expected === 'avif')) return
  if (name === 'heif' && compression !== 'av1')
    throw new TintypeError('NOT_AN_IMAGE', 'The file is HEIC, which is not accepted here')
  throw unreadable(expected, 'turned out to be something else')
}

function pixelLimit(format: PhotoFormat, limits: ImageLimits): number {
  return format === 'avif' ? Math.min(limits.maxAvifPixels, limits.maxPixels) : limits.maxPixels
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
