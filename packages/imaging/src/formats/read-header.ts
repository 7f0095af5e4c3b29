import { type PhotoFormat, TintypeError } from '@tintype/contract'
import type { ImageLimits, ImageSource, Size } from '../image.ts'
import { unreadable } from '../image-errors.ts'
import type { AvifExtent } from './avif.ts'
import { type ByteWindow, type ByteWindowOptions, openByteWindow } from './byte-reader.ts'
import { admitImage, pixelLimit } from './check-limits.ts'
import { maxExifByteSize } from './exif.ts'
import { turnUpright } from './orientation.ts'
import { readStoredHeader, type StoredHeader } from './stored-header.ts'
import type { Survey } from './survey.ts'
import { surveyOrRefuse } from './survey-or-refuse.ts'

/** What header and structure say of an image, within the limits. Size as displayed. */
export interface ImageHeader extends Size {
  readonly format: PhotoFormat
  /** What the decoder may be given: the limit that holds for this format. */
  readonly maxPixels: number
  readonly exif: Uint8Array | undefined
}

/** How a header is read. */
export interface ReadHeaderOptions extends ByteWindowOptions {
  readonly limits: ImageLimits
  /** The format its first bytes announced, read from them where absent. */
  readonly expected?: PhotoFormat | undefined
}

/** What stands before the EXIF of an AVIF: where its TIFF header starts, 0 in practice. @see ISO/IEC 23008-12 §A.2.1 */
const exifOffsetByteSize = 4

/**
 * Reads an image's header and walks over its structure, and refuses it there if it is too large, before a pixel is
 * decoded and without the decoder (B121–B126). That it decodes is not known then.
 *
 * @throws TOO_MANY_PIXELS with `width`, `height`, `frames`, `pixels` and `limit`, as far as they are known
 * @throws UNREADABLE_IMAGE where header or structure make no sense, or the file ends before its structure does
 * @throws NOT_AN_IMAGE where it is a format that is not accepted
 * @throws TooMuchWork where `maxWork` is not enough
 */
export function readHeader(
  source: ImageSource,
  { limits, expected, maxWork }: ReadHeaderOptions,
): ImageHeader {
  using bytes = openByteWindow(source, { maxWork })
  const { format, survey } = surveyOrRefuse(bytes, expected)
  const { width, height, frames, exif } = readDisplayed(bytes, { format, survey })
  admitImage({ format, width, height, frames, survey }, limits)
  return { format, width, height, maxPixels: pixelLimit(format, limits), exif }
}

/** A source as the decoder takes it. */
export function toInput(source: ImageSource): Uint8Array | string {
  return source instanceof Uint8Array ? source : source.path
}

function readDisplayed(
  bytes: ByteWindow,
  { format, survey }: { readonly format: PhotoFormat; readonly survey: Survey },
): StoredHeader {
  const found = format === 'avif' ? readAvifHeader(bytes, survey.avif) : readStoredHeader(bytes, format)
  if (!found) throw unreadable(format, survey.isTruncated ? 'ends too early' : 'is damaged')
  return format === 'avif' ? found : turnUpright(found, found.exif)
}

/** @throws NOT_AN_IMAGE for HEIC that calls itself AVIF (B110) */
function readAvifHeader(bytes: ByteWindow, avif: AvifExtent | undefined): StoredHeader | undefined {
  if (!avif?.size) return undefined
  if (!avif.hasAv1) throw new TintypeError('NOT_AN_IMAGE', 'The file is HEIC, which is not accepted here')
  return { ...avif.size, frames: 1, exif: readAvifExif(bytes, avif) }
}

function readAvifExif(bytes: ByteWindow, { exif }: AvifExtent): Uint8Array | undefined {
  const start = (exif?.offset ?? Infinity) + exifOffsetByteSize
  return exif && start < bytes.byteSize
    ? bytes.slice(start, Math.min(exif.byteSize, maxExifByteSize))
    : undefined
}
