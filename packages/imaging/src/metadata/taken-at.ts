import { readExifDates } from './exif.ts'
import { readIptcDate } from './iptc.ts'
import { readXmpDate } from './xmp.ts'

/** Metadata as stored in an image, untrusted. At most 64 KiB of each are meaningful. */
export interface ImageMetadata {
  readonly exif?: Uint8Array | undefined
  /** EXIF in the text of a PNG, or after its pixels, as ImageMagick writes it. It does not turn the picture. */
  readonly exifForDates?: Uint8Array | undefined
  /** An XMP packet. */
  readonly xmp?: Uint8Array | undefined
  /** Photoshop's image resources, which contain IPTC. */
  readonly photoshop?: Uint8Array | undefined
}

/**
 * When a picture was taken, in the form of `Photo.takenAt`: the best date there is. EXIF counts before XMP and IPTC, the
 * shot before its scan; a date that is impossible is passed over. `null` if there is none.
 */
export function readTakenAt({ exif, exifForDates, xmp, photoshop }: ImageMetadata): string | null {
  const [shotAt] = [exif, exifForDates].flatMap((one) => (one ? readExifDates(one) : []))
  return shotAt ?? (xmp && readXmpDate(xmp)) ?? (photoshop && readIptcDate(photoshop)) ?? null
}
