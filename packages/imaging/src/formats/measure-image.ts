import type { PhotoFormat } from '@tintype/contract'
import type { ImageLimits, ImageSource, Measurement } from '../image.ts'
import type { ByteWindowOptions } from './byte-reader.ts'
import { readHeader } from './read-header.ts'
import { readTakenAt } from './taken-at.ts'

/** What `measureImage` is told besides the image. */
export interface MeasureOptions extends ByteWindowOptions {
  /** What the first bytes announced; see `identify`. */
  readonly format: PhotoFormat
  readonly limits: ImageLimits
}

/**
 * What an image's header says of it, without its decoder. Arguments and result can be structured-cloned: a child
 * process runs this too.
 *
 * @throws what `readHeader` throws
 */
export function measureImage(source: ImageSource, { format, limits, maxWork }: MeasureOptions): Measurement {
  const { width, height, exif } = readHeader(source, { limits, expected: format, maxWork })
  return { width, height, takenAt: readTakenAt(exif), placeholder: '' }
}
