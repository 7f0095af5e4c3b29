/** Bytes of EXIF that are looked at: what one JPEG segment can hold. */
const maxExifByteSize = 64 * 1024
const exifDirectoryTag = 0x8769
const dateTimeOriginalTag = 0x9003
const offsetTimeOriginalTag = 0x9011

/**
 * Reads when a picture was taken, as `Photo.takenAt` gives it: in UTC where EXIF tells the zone, as local time
 * without a zone where it does not, `null` where there is no date or none that can be.
 *
 * Our own reader of three tags, because general ones do what the file says: exif-reader 2.0.3 follows 64 KiB
 * of crafted EXIF into 350 million array elements and takes the process with it (B128, B154). Here each
 * entry of two directories is visited once and at most 20 bytes are read for it.
 *
 * @param exif untrusted; with or without the `Exif` preamble; never more than 64 KiB are read
 * @see Exif 2.32 §4.6.5 (DateTimeOriginal, OffsetTimeOriginal), TIFF 6.0 §2
 */
export function readTakenAt(exif: Uint8Array | undefined): string | null {
  if (!exif) return null
  try {
    const tiff = exif.subarray(startsWithPreamble(exif) ? 6 : 0, maxExifByteSize)
    const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength)
    const isLittleEndian = view.getUint16(0) === 0x4949
    const root = readDirectory(view, isLittleEndian, view.getUint32(4, isLittleEndian))
    const exifDirectory = root.get(exifDirectoryTag)
    if (!exifDirectory) return null
    const tags = readDirectory(view, isLittleEndian, exifDirectory.value)
    const date = readText(view, tags.get(dateTimeOriginalTag), 20)
    return date === undefined ? null : toIso(date, readText(view, tags.get(offsetTimeOriginalTag), 7))
  } catch (error) {
    // An offset behind the end: EXIF is decoration, so a broken one is no reason to refuse the picture.
    if (error instanceof RangeError) return null
    throw error
  }
}

interface Entry {
  /** Number of values. */
  readonly count: number
  /** The value itself, or the offset of what does not fit in four bytes. */
  readonly value: number
  /** Where `value` stands. */
  readonly at: number
}

function startsWithPreamble(exif: Uint8Array): boolean {
  return String.fromCharCode(...exif.subarray(0, 6)) === 'Exif\0\0'
}

function readDirectory(view: DataView, isLittleEndian: boolean, start: number): Map<number, Entry> {
  const entries = new Map<number, Entry>()
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

/** Text of an entry, cut at its first NUL; `undefined` where there is none or it is longer than it may be. */
function readText(view: DataView, entry: Entry | undefined, maxByteSize: number): string | undefined {
  if (!entry || entry.count > maxByteSize) return undefined
  const start = entry.count > 4 ? entry.value : entry.at
  let text = ''
  for (let i = 0; i < entry.count; i += 1) {
    const byte = view.getUint8(start + i)
    if (byte === 0) break
    text += String.fromCharCode(byte)
  }
  return text
}

function toIso(date: string, offset: string | undefined): string | null {
  const match = /^(\d{4}):(\d\d):(\d\d) (\d\d):(\d\d):(\d\d)$/.exec(date)
  if (!match) return null
  const [, year, month, day, hour, minute, second] = match
  const local = `${year}-${month}-${day}T${hour}:${minute}:${second}`
  const utc = new Date(`${local}Z`)
  // `0000:00:00` of cameras whose clock was never set, February 30 and hour 24 are dates that never were; no
  // photograph is older than Niépce's of 1826.
  if (Number.isNaN(utc.getTime()) || !utc.toISOString().startsWith(local)) return null
  if (utc.getUTCFullYear() < 1826 || utc.getUTCFullYear() > 9998) return null
  const offsetMatch = /^([+-])(0\d|1[0-4]):([0-5]\d)$/.exec(offset?.trim() ?? '')
  if (!offsetMatch) return local
  const offsetMs = (Number(offsetMatch[2]) * 60 + Number(offsetMatch[3])) * 60_000
  return new Date(utc.getTime() - (offsetMatch[1] === '-' ? -offsetMs : offsetMs)).toISOString()
}
