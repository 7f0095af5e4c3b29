import type { PhotoFormat } from '@tintype/contract'
import type { ImageLimits, ImageSource, Measurement } from './image.ts'
import { readHeader } from './read-header.ts'
import { readTakenAt } from './taken-at.ts'

/** What an image's header says of it, without its decoder. @throws what `readHeader` throws */
export function measureImage(
  source: ImageSource,
  { format, limits }: { readonly format: PhotoFormat; readonly limits: ImageLimits },
): Measurement {
  const { width, height, exif } = readHeader(source, { limits, expected: format })
  return { width, height, takenAt: readTakenAt(exif), placeholder: '' }
}
