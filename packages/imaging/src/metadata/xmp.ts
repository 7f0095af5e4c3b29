import { parseDate } from './parse-date.ts'

/** Limit for the XMP that is read, in bytes: the most that one JPEG segment can hold. */
export const maxXmpByteSize = 64 * 1024

/** Namespaces by their usual prefix; `xap` is an older one of `xmp`. @see XMP specification part 2, §3 */
const namespaces = {
  exif: 'http://ns.adobe.com/exif/1.0/',
  photoshop: 'http://ns.adobe.com/photoshop/1.0/',
  'x(?:mp|ap)': 'http://ns.adobe.com/xap/1.0/',
} as const

/** Properties that say when a picture was made, the best first. */
const properties = [
  ['exif', 'DateTimeOriginal'],
  ['exif', 'DateTimeDigitized'],
  ['photoshop', 'DateCreated'],
  ['x(?:mp|ap)', 'CreateDate'],
] as const

/**
 * The best possible date of an XMP packet; `undefined` if there is none. A property is an attribute or an element. Its prefix is the
 * usual one, or the first that the packet declares for its namespace.
 *
 * @param xmp untrusted; at most 64 KiB are read
 */
export function readXmpDate(xmp: Uint8Array): string | undefined {
  const text = Buffer.from(xmp.subarray(0, maxXmpByteSize)).toString('latin1')
  for (const [prefix, name] of properties) {
    const declared = new RegExp(`\\bxmlns:([\\w-]{1,40})=["']${namespaces[prefix]}["']`).exec(text)?.[1]
    const property = `(?:${declared === undefined ? prefix : `${prefix}|${declared}`}):${name}`
    const value = new RegExp(`\\b${property}\\s*(?:=\\s*["']([^"'<]{4,40})["']|>([^<]{4,40})<)`).exec(text)
    const date = parseDate(value?.[1] ?? value?.[2] ?? '')
    if (date !== undefined) return date
  }
  return undefined
}
