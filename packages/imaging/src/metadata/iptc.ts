import { parseDate } from './parse-date.ts'

const iptcResource = 0x0404
const resourceType = 0x3842494d // 8BIM
const tagMarker = 0x1c

/** Day and time: when the picture was taken, and when it was digitized. */
const dates = [
  { day: 55, time: 60 },
  { day: 62, time: 63 },
] as const

/**
 * The best possible date of the IPTC record in Photoshop's image resources; `undefined` if there is none.
 *
 * @param resources untrusted
 * @see Adobe Photoshop file formats specification (image resources); IPTC-IIM 4.2, 2:55, 2:60, 2:62 and 2:63
 */
export function readIptcDate(resources: Uint8Array): string | undefined {
  const record = findIptc(resources)
  if (!record) return undefined
  const tags = readRecord(record)
  for (const { day, time } of dates) {
    const date = toDate(tags.get(day), tags.get(time))
    if (date !== undefined) return date
  }
  return undefined
}

/**
 * @param dayText `20110506`
 * @param timeText `070809` or `070809+0200`; anything else counts as none
 */
function toDate(dayText = '', timeText = ''): string | undefined {
  const [, year, month, day] = /^(\d{4})(\d\d)(\d\d)$/.exec(dayText) ?? []
  if (year === undefined) return undefined
  const [, hour, minute, second, zone] = /^(\d\d)(\d\d)(\d\d)([+-]\d{4})?$/.exec(timeText) ?? []
  const time = hour === undefined ? '' : ` ${hour}:${minute}:${second}`
  return parseDate(`${year}-${month}-${day}${time}`, { zone })
}

/** A resource is its type, number, a name of even length and its data, of even length too. */
function findIptc(resources: Uint8Array): Uint8Array | undefined {
  const view = new DataView(resources.buffer, resources.byteOffset, resources.byteLength)
  for (let at = 0; at + 12 <= resources.length && view.getUint32(at) === resourceType; ) {
    const nameByteSize = even(1 + (resources[at + 6] ?? 0))
    const dataAt = at + 10 + nameByteSize
    if (dataAt > resources.length) return undefined
    const byteSize = view.getUint32(dataAt - 4)
    if (view.getUint16(at + 4) === iptcResource) return resources.subarray(dataAt, dataAt + byteSize)
    at = dataAt + even(byteSize)
  }
  return undefined
}

/** The texts of record 2 by their tag. */
function readRecord(record: Uint8Array): ReadonlyMap<number, string> {
  const tags = new Map<number, string>()
  for (let at = 0; at + 5 <= record.length && record[at] === tagMarker; ) {
    const byteSize = (record[at + 3] ?? 0) * 256 + (record[at + 4] ?? 0)
    const text = Buffer.from(record.subarray(at + 5, at + 5 + Math.min(byteSize, 32))).toString('latin1')
    const tag = record[at + 2] ?? 0
    if (record[at + 1] === 2 && !tags.has(tag)) tags.set(tag, text)
    at += 5 + byteSize
  }
  return tags
}

function even(byteSize: number): number {
  return byteSize + (byteSize & 1)
}
