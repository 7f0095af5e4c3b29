/** Bytes of EXIF that are looked at: what one JPEG segment can hold. */
export const maxExifByteSize = 64 * 1024

/** Bytes of one value by the number of its type. @see TIFF 6.0 §2 (types 1 to 12) */
const valueByteSizes = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8]

/** EXIF as the TIFF that it is, and its first directory. */
export interface ExifTags {
  readonly view: DataView
  readonly isLittleEndian: boolean
  readonly root: ReadonlyMap<number, ExifEntry>
}

/** One tag's values: all of them are there. */
export interface ExifEntry {
  /** What a value is: 1 to 12. */
  readonly type: number
  /** Number of values, at least 1. */
  readonly count: number
  /** Where the first stands. */
  readonly at: number
}

/**
 * Opens EXIF, with or without its preamble; never more than 64 KiB are read.
 *
 * @throws RangeError where it is no TIFF, or ends before its first directory begins
 * @see TIFF 6.0 §2
 */
export function openExif(exif: Uint8Array): ExifTags {
  const tiff = exif.subarray(startsWithPreamble(exif) ? 6 : 0, maxExifByteSize)
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength)
  const order = view.getUint16(0)
  const isLittleEndian = order === 0x4949
  if ((!isLittleEndian && order !== 0x4d4d) || view.getUint16(2, isLittleEndian) !== 42)
    throw new RangeError('Neither II nor MM and 42')
  const root = readDirectory(view, isLittleEndian, view.getUint32(4, isLittleEndian))
  return { view, isLittleEndian, root }
}

/**
 * The entries of a directory by tag, the first of each, as far as they go where it announces more (as the decoder's
 * reader takes them). What is of no known type, has no values or lies elsewhere is no entry.
 *
 * @throws RangeError where it does not begin
 */
export function readDirectory(
  view: DataView,
  isLittleEndian: boolean,
  start: number,
): Map<number, ExifEntry> {
  const entries = new Map<number, ExifEntry>()
  const announced = view.getUint16(start, isLittleEndian)
  const present = Math.floor((view.byteLength - start - 2) / 12)
  for (let i = 0; i < Math.min(announced, present); i += 1) {
    const at = start + 2 + i * 12
    const tag = view.getUint16(at, isLittleEndian)
    const entry = readEntry(view, isLittleEndian, at)
    if (entry && !entries.has(tag)) entries.set(tag, entry)
  }
  return entries
}

/** Whether EXIF begins as it does in a JPEG. */
export function startsWithPreamble(exif: Uint8Array): boolean {
  return String.fromCharCode(...exif.subarray(0, 6)) === 'Exif\0\0'
}

function readEntry(view: DataView, isLittleEndian: boolean, start: number): ExifEntry | undefined {
  const type = view.getUint16(start + 2, isLittleEndian)
  const count = view.getUint32(start + 4, isLittleEndian)
  const byteSize = count * (valueByteSizes[type] ?? 0)
  // What does not fit in four bytes stands elsewhere.
  const at = byteSize > 4 ? view.getUint32(start + 8, isLittleEndian) : start + 8
  return byteSize > 0 && at + byteSize <= view.byteLength ? { type, count, at } : undefined
}
