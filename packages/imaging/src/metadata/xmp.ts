import { parseDate } from './parse-date.ts'

/** Limit for the XMP that is read, in bytes: the most that one JPEG segment can hold. */
export const maxXmpByteSize = 64 * 1024

/** Properties that say when a picture was made, the best first. `xap` is an older name of `xmp`. @see XMP specification part 2, §3 */
const properties = [
  'exif:DateTimeOriginal',
  'exif:DateTimeDigitized',
  'photoshop:DateCreated',
  'x(?:mp|ap):CreateDate',
] as const

/**
 * The best possible date of an XMP packet; `undefined` if there is none. A property is an attribute or an element; its prefix is the usual one, as in
 * every file seen.
 *
 * @param xmp untrusted; at most 64 KiB are read
 */
export function readXmpDate(xmp: Uint8Array): string | undefined {
  const text = Buffer.from(xmp.subarray(0, maxXmpByteSize)).toString('latin1')
  for (const property of properties) {
    const value = new RegExp(`\\b${property}\\s*(?:=\\s*["']([^"'<]{4,40})["']|>([^<]{4,40})<)`).exec(text)
    const date = parseDate(value?.[1] ?? value?.[2] ?? '')
    if (date !== undefined) return date
  }
  return undefined
}
