import { type PhotoFormat, TintypeError } from '@tintype/contract'
import { formatName, unreadable } from '../image-errors.ts'
import type { ByteWindow } from './byte-reader.ts'
import { identify, identifyByteSize } from './identify.ts'
import { maxInflatedByteSize } from './png-metadata-limit.ts'
import { type Survey, surveyImage } from './survey.ts'
import { maxJpegScans } from './survey-jpeg.ts'

/**
 * Walks over a file's structure, and refuses it where that alone would hurt its decoder.
 *
 * @param expected the format its first bytes announced, read from them where absent
 * @throws NOT_AN_IMAGE, UNREADABLE_IMAGE, and TOO_MANY_PIXELS for metadata that inflates beyond reason
 */
export function surveyOrRefuse(
  bytes: ByteWindow,
  expected: PhotoFormat | undefined,
): { readonly format: PhotoFormat; readonly survey: Survey } {
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
