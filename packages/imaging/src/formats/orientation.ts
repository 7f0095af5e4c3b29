import type { Size } from '../image.ts'
import { type ExifEntry, type ExifTags, openExif } from './exif.ts'

const orientationTag = 0x0112

/** Of more values than these the decoder's reader takes none. */
const maxValues = 9

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
    const tags = openExif(exif)
    const entry = tags.root.get(orientationTag)
    return entry && entry.count <= maxValues ? firstNumber(entry, tags) : 1
  } catch (error) {
    if (error instanceof RangeError) return 1
    throw error
  }
}

/** The standard says SHORT; the decoder's reader takes any number, and of a ratio what is divided. @see TIFF 6.0 §2 */
function firstNumber({ type, at }: ExifEntry, { view, isLittleEndian }: ExifTags): number {
  switch (type) {
    case 1: // BYTE, SBYTE
    case 6:
      return view.getUint8(at)
    case 3: // SHORT, SSHORT
    case 8:
      return view.getUint16(at, isLittleEndian)
    case 4: // LONG, SLONG, made a SHORT
    case 9:
      return view.getUint32(at, isLittleEndian) & 0xffff
    case 5: // RATIONAL, SRATIONAL
    case 10:
      return view.getUint32(at, isLittleEndian)
    default:
      return 1
  }
}
