import { openExif } from './exif-directory.ts'
import type { Size } from './image.ts'

const orientationTag = 0x0112

/**
 * The size at which an image is displayed that is stored at another: orientations 5 to 8 swap its sides. EXIF that
 * is broken or names no orientation leaves it as it is.
 *
 * @param exif untrusted
 * @see Exif 2.32 §4.6.4 (Orientation)
 */
export function turnUpright<Stored extends Size>(stored: Stored, exif: Uint8Array | undefined): Stored {
  const orientation = exif === undefined ? 1 : readOrientation(exif)
  const isSwapped = orientation >= 5 && orientation <= 8
  return isSwapped ? { ...stored, width: stored.height, height: stored.width } : stored
}

function readOrientation(exif: Uint8Array): number {
  try {
    const { view, isLittleEndian, root } = openExif(exif)
    const entry = root.get(orientationTag)
    return entry ? view.getUint16(entry.at, isLittleEndian) : 1
  } catch (error) {
    if (error instanceof RangeError) return 1
    throw error
  }
}
