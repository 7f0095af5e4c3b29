/** Bytes of EXIF that are looked at: what one JPEG segment can hold. */
export const maxExifByteSize = 64 * 1024

/** EXIF as the TIFF that it is, and its first directory. */
export interface ExifTags {
  readonly view: DataView
  readonly isLittleEndian: boolean
  readonly root: ReadonlyMap<number, ExifEntry>
}

/** One tag's place in a directory. */
export interface ExifEntry {
  /** Number of values. */
  readonly count: number
  /** The value itself, or the offset of what does not fit in four bytes. */
  readonly value: number
  /** Where `value` stands. */
  readonly at: number
}

/**
 * Opens EXIF, with or without its preamble; never more than 64 KiB are read.
 *
 * @throws RangeError where it ends before its first directory does
 * @see TIFF 6.0 §2
 */
export function openExif(exif: Uint8Array): ExifTags {
  const tiff = exif.subarray(startsWithPreamble(exif) ? 6 : 0, maxExifByteSize)
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength)
  const isLittleEndian = view.getUint16(0) === 0x4949
  const root = readDirectory(view, isLittleEndian, view.getUint32(4, isLittleEndian))
  return { view, isLittleEndian, root }
}

/** The entries of a directory by tag, the first of each. @throws RangeError where it ends too early */
export function readDirectory(
  view: DataView,
  isLittleEndian: boolean,
  start: number,
): Map<number, ExifEntry> {
  const entries = new Map<number, ExifEntry>()
  const count = view.getUint16(start, isLittleEndian)
  for (let i = 0; i < count; i += 1) {
    const at = start + 2 + i * 12
    const tag = view.getUint16(at, isLittleEndian)
    const entry = {
      count: view.getUint32(at + 4, isLittleEndian),
      value: view.getUint32(at + 8, isLittleEndian),
      at: at + 8,
    }
    if (!entries.has(tag)) entries.set(tag, entry)
  }
  return entries
}

function startsWithPreamble(exif: Uint8Array): boolean {
  return String.fromCharCode(...exif.subarray(0, 6)) === 'Exif\0\0'
}
