import { describe, expect, test } from 'vitest'
import { readTakenAt as readBestDate } from './taken-at.ts'

const readTakenAt = (exif: Uint8Array | undefined) => readBestDate({ exif })

/** EXIF with a date and, if given, an offset; little-endian by default. */
function makeExif(date: string, offset = '', { isLittleEndian = true, preamble = true } = {}): Uint8Array {
  const bytes = new Uint8Array(120)
  const view = new DataView(bytes.buffer)
  const entry = (at: number, fields: { tag: number; type: number; count: number; value: number }) => {
    view.setUint16(at, fields.tag, isLittleEndian)
    view.setUint16(at + 2, fields.type, isLittleEndian)
    view.setUint32(at + 4, fields.count, isLittleEndian)
    view.setUint32(at + 8, fields.value, isLittleEndian)
  }
  const text = (at: number, value: string) =>
    bytes.set(
      Uint8Array.from(`${value}\0`, (one) => one.charCodeAt(0)),
      at,
    )
  text(0, isLittleEndian ? 'II' : 'MM')
  view.setUint16(2, 42, isLittleEndian)
  view.setUint32(4, 8, isLittleEndian)
  view.setUint16(8, 1, isLittleEndian)
  entry(10, { tag: 0x8769, type: 4, count: 1, value: 26 })
  view.setUint16(26, 2, isLittleEndian)
  entry(28, { tag: 0x9003, type: 2, count: date.length + 1, value: 60 })
  entry(40, { tag: 0x9011, type: 2, count: offset.length + 1, value: offset.length > 3 ? 90 : 0 })
  text(60, date.slice(0, 20))
  if (offset.length > 3) text(90, offset)
  return preamble ? Uint8Array.from([...Buffer.from('Exif\0\0'), ...bytes]) : bytes
}

describe('readTakenAt', () => {
  test.for<[string, string, string | null]>([
    ['2024:05:06 07:08:09', '+02:00', '2024-05-06T05:08:09.000Z'],
    ['2024:05:06 07:08:09', '-09:30', '2024-05-06T16:38:09.000Z'],
    ['2024:05:06 07:08:09', '', '2024-05-06T07:08:09'],
    ['2024:05:06 07:08:09', '+99:00', '2024-05-06T07:08:09'],
    ['2024:05:06 07:08:09', 'local!', '2024-05-06T07:08:09'],
    ['2024:02:29 23:59:59', '', '2024-02-29T23:59:59'],
    ['2023:02:29 12:00:00', '', null],
    ['0000:00:00 00:00:00', '', null],
    ['2024:13:01 00:00:00', '', null],
    ['2024:01:01 24:00:00', '', null],
    ['2024:01:01 00:00:60', '', null],
    ['    :  :     :  :  ', '', null],
    ['1700:01:01 00:00:00', '', null],
    ['9999:12:31 23:59:59', '-14:00', null],
    ['2024-05-06 07:08:09', '', '2024-05-06T07:08:09'],
    ['2024/05/06 07:08:09', '', '2024-05-06T07:08:09'],
    ['2024: 5: 6  7: 8: 9', '', '2024-05-06T07:08:09'],
    ['2024:05:06 07:08:09  ', '', '2024-05-06T07:08:09'],
    ['2024:05:06', '', '2024-05-06T00:00:00'],
    ['24:05:06 07:08:09', '', null],
    ['', '', null],
  ])('B128 reads %j, offset %j, as %j', ([date, offset, expected]) => {
    expect(readTakenAt(makeExif(date, offset))).toBe(expected)
    expect(readTakenAt(makeExif(date, offset, { isLittleEndian: false, preamble: false }))).toBe(expected)
  })

  test('is null without EXIF', () => {
    expect(readTakenAt(undefined)).toBeNull()
    expect(readTakenAt(new Uint8Array())).toBeNull()
  })

  test('B128 is null, not an error, for EXIF cut anywhere or with any byte changed', () => {
    const exif = makeExif('2024:05:06 07:08:09', '+02:00')
    for (let length = 0; length < exif.length; length += 1)
      expect([null, '2024-05-06T07:08:09', '2024-05-06T05:08:09.000Z']).toContain(
        readTakenAt(exif.subarray(0, length)),
      )
    for (let at = 0; at < exif.length; at += 1)
      for (const value of [0, 1, 0x7f, 0xff]) {
        const taken = readTakenAt(exif.with(at, value))
        expect(taken === null || /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z?$/.test(taken)).toBe(true)
      }
  })

  test('B128 B154 directories that lie about their length, loop, or claim gigabytes end at once', () => {
    const loop = makeExif('2024:05:06 07:08:09')
    new DataView(loop.buffer).setUint32(6 + 18, 8, true)
    expect(readTakenAt(loop)).toBeNull()
    const full = new Uint8Array(65_536)
    const view = new DataView(full.buffer)
    full.set(Buffer.from('II\x2a\0\x08\0\0\0\xff\xff', 'latin1'))
    for (let at = 10; at + 12 < full.length; at += 12) {
      view.setUint16(at, 0x9003, true)
      view.setUint16(at + 2, 1, true)
      view.setUint32(at + 4, 0xffffffff, true)
      view.setUint32(at + 8, 8, true)
    }
    expect(readTakenAt(full)).toBeNull()
  })
})
