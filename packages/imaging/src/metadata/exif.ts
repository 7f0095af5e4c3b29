import type { Size } from '../image.ts'
import { parseDate } from './parse-date.ts'

/** Limit for the EXIF that is read, in bytes: the most that one JPEG segment can hold. */
export const maxExifByteSize = 64 * 1024

const orientationTag = 0x0112
const exifDirectoryTag = 0x8769

/** Tags of each date, its time zone and its fraction of a second: of the shot, then of its scan. */
const dateTags = [
  [0x9003, 0x9011, 0x9291],
  [0x9004, 0x9012, 0x9292],
] as const

/** More than any date that was seen, and the most that is read of one. */
const maxDateByteSize = 40

/** The decoder ignores an orientation with more values than these. */
const maxOrientationValues = 9

/** Bytes of one value by the number of its type. @see TIFF 6.0 §2 (types 1 to 12), TIFF Technical Note 1 (13, a directory) */
const valueByteSizes = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4]

/** EXIF opened as the TIFF that it is. */
interface Tiff {
  readonly view: DataView
  readonly isLittleEndian: boolean
}

/** The entries of a directory by tag, in their order. */
type Directory = ReadonlyMap<number, readonly Entry[]>

/** The values of one tag. All of them are inside the file. */
interface Entry {
  /** Type of a value, 1 to 13. */
  readonly type: number
  /** Number of values, at least 1. */
  readonly count: number
  /** Offset of the first value. */
  readonly at: number
}

/**
 * The size at which an image is displayed: orientations 5 to 8 swap the sides of the stored size. EXIF that is damaged
 * or contains no orientation changes nothing.
 *
 * @param exif untrusted
 * @see Exif 2.32 §4.6.4 (Orientation)
 */
export function turnUpright(stored: Size, exif: Uint8Array | undefined): Size {
  const orientation = exif ? unlessDamaged(() => readOrientation(exif), 1) : 1
  const isSwapped = orientation >= 5 && orientation <= 8
  return isSwapped ? { width: stored.height, height: stored.width } : stored
}

/**
 * The dates of a picture, the best first: DateTimeOriginal, DateTimeDigitized. What is no possible date is left out. They
 * belong into the directory of EXIF; some programs write them into the first one.
 *
 * This reader of six tags exists because general ones do what the file says: exif-reader 2.0.3 follows 64 KiB of
 * crafted EXIF into 350 million array elements, which ends the process (B128, B154). This one visits each entry of two
 * directories once and reads at most 40 bytes for it.
 *
 * @param exif untrusted, with or without the `Exif` preamble; at most 64 KiB are read
 * @see Exif 2.32 §4.6.5 (DateTimeOriginal, DateTimeDigitized, OffsetTime…, SubSecTime…)
 */
export function readExifDates(exif: Uint8Array): readonly string[] {
  return unlessDamaged(() => readDates(exif), [])
}

/** Whether EXIF begins with the preamble that it has in a JPEG. */
export function startsWithPreamble(exif: Uint8Array): boolean {
  return String.fromCharCode(...exif.subarray(0, 6)) === 'Exif\0\0'
}

/** EXIF is optional. If an offset in it points past its end, the picture is still good. */
function unlessDamaged<T>(read: () => T, fallback: T): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof RangeError) return fallback
    throw error
  }
}

function readOrientation(exif: Uint8Array): number {
  const tiff = openTiff(exif)
  const entry = readFirstDirectory(tiff).get(orientationTag)?.[0]
  return entry && entry.count <= maxOrientationValues ? firstNumber(tiff, entry) : 1
}

/** The standard says SHORT. The decoder accepts any number, and the numerator of a ratio. @see TIFF 6.0 §2 */
function firstNumber({ view, isLittleEndian }: Tiff, { type, at }: Entry): number {
  switch (type) {
    case 1: // BYTE, SBYTE
    case 6:
      return view.getUint8(at)
    case 3: // SHORT, SSHORT
    case 8:
      return view.getUint16(at, isLittleEndian)
    case 4: // LONG, SLONG, cut to a SHORT
    case 9:
      return view.getUint32(at, isLittleEndian) & 0xffff
    case 5: // RATIONAL, SRATIONAL
    case 10:
      return view.getUint32(at, isLittleEndian)
    default:
      return 1
  }
}

function readDates(exif: Uint8Array): readonly string[] {
  const tiff = openTiff(exif)
  const first = readFirstDirectory(tiff)
  const [pointer] = first.get(exifDirectoryTag) ?? []
  const own = pointer && readDirectory(tiff, tiff.view.getUint32(pointer.at, tiff.isLittleEndian))
  const textsOf = (tag: number) =>
    [...(own?.get(tag) ?? []), ...(first.get(tag) ?? [])].map((entry) => readText(tiff, entry))
  return dateTags.flatMap(([date, zone, fraction]) => {
    const details = { zone: textsOf(zone)[0], fraction: textsOf(fraction)[0] }
    return textsOf(date).flatMap((text) => parseDate(text, details) ?? [])
  })
}

/** Text of an entry up to its first NUL. */
function readText({ view }: Tiff, entry: Entry): string {
  let text = ''
  for (let i = 0; i < Math.min(entry.count, maxDateByteSize); i += 1) {
    const byte = view.getUint8(entry.at + i)
    if (byte === 0) break
    text += String.fromCharCode(byte)
  }
  return text
}

/**
 * Opens EXIF, with or without its preamble.
 *
 * @throws RangeError if it is not TIFF
 * @see TIFF 6.0 §2
 */
function openTiff(exif: Uint8Array): Tiff {
  const bytes = exif.subarray(startsWithPreamble(exif) ? 6 : 0, maxExifByteSize)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const order = view.getUint16(0)
  const isLittleEndian = order === 0x4949
  if ((!isLittleEndian && order !== 0x4d4d) || view.getUint16(2, isLittleEndian) !== 42)
    throw new RangeError('EXIF must begin with II or MM, then 42')
  return { view, isLittleEndian }
}

/** @throws RangeError if the file ends before the directory begins */
function readFirstDirectory(tiff: Tiff): Directory {
  return readDirectory(tiff, tiff.view.getUint32(4, tiff.isLittleEndian))
}

/**
 * The entries of a directory. If the directory declares more entries than the file holds, those that are there count, as in the decoder's reader. Entries of an unknown type, without
 * values or with values outside the file are left out.
 *
 * @throws RangeError if the file ends before the directory begins
 */
function readDirectory({ view, isLittleEndian }: Tiff, start: number): Directory {
  const entries = new Map<number, Entry[]>()
  const declared = view.getUint16(start, isLittleEndian)
  const present = Math.floor((view.byteLength - start - 2) / 12)
  for (let i = 0; i < Math.min(declared, present); i += 1) {
    const at = start + 2 + i * 12
    const tag = view.getUint16(at, isLittleEndian)
    const entry = readEntry({ view, isLittleEndian }, at)
    if (!entry) continue
    const listed = entries.get(tag)
    if (listed) listed.push(entry)
    else entries.set(tag, [entry])
  }
  return entries
}

function readEntry({ view, isLittleEndian }: Tiff, start: number): Entry | undefined {
  const type = view.getUint16(start + 2, isLittleEndian)
  const count = view.getUint32(start + 4, isLittleEndian)
  const byteSize = count * (valueByteSizes[type] ?? 0)
  // Values of up to four bytes stand in the entry itself.
  const at = byteSize > 4 ? view.getUint32(start + 8, isLittleEndian) : start + 8
  return byteSize > 0 && at + byteSize <= view.byteLength ? { type, count, at } : undefined
}
