import { deflateSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { readHeader } from '../formats/read-header.ts'
import { loadSharp } from '../pixels/load-sharp.ts'
import { makeImage } from '../testing/index.ts'
import { makePngChunk, withPngChunks } from '../testing/make-png-chunk.ts'
import { readTakenAt } from './taken-at.ts'

const limits = { maxPixels: 1e8, maxAvifPixels: 5e7, maxSide: 30_000, maxFrames: 1000 }

const original = 0x9003
const digitized = 0x9004
const offsetOriginal = 0x9011
const subSecOriginal = 0x9291
const subSecDigitized = 0x9292

/** EXIF with these texts in its second directory, each exactly as it is given. */
function makeExif(texts: Readonly<Record<number, string>>): Buffer {
  const entries = Object.entries(texts)
  const tableAt = 26
  let textAt = tableAt + 2 + entries.length * 12 + 4
  const bytes = Buffer.alloc(1024)
  bytes.write('II\x2a\0\x08\0\0\0\x01\0', 'latin1')
  bytes.writeUInt16LE(0x8769, 10)
  bytes.writeUInt16LE(4, 12)
  bytes.writeUInt32LE(1, 14)
  bytes.writeUInt32LE(tableAt, 18)
  bytes.writeUInt16LE(entries.length, tableAt)
  entries.forEach(([tag, text], index) => {
    const at = tableAt + 2 + index * 12
    bytes.writeUInt16LE(Number(tag), at)
    bytes.writeUInt16LE(2, at + 2)
    bytes.writeUInt32LE(text.length, at + 4)
    const isInside = text.length <= 4
    if (!isInside) bytes.writeUInt32LE(textAt, at + 8)
    bytes.write(text, isInside ? at + 8 : textAt, 'latin1')
    textAt += text.length
  })
  return bytes
}

const packet = (properties: string) =>
  Buffer.from(
    `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF><rdf:Description ${properties}</rdf:RDF></x:xmpmeta>`,
  )

/** Photoshop's image resources with another one before IPTC. */
function makeResources(texts: Readonly<Record<number, string>>): Buffer {
  const record = Object.entries(texts).map(([tag, text]) =>
    Buffer.concat([Buffer.of(0x1c, 2, Number(tag), 0, text.length), Buffer.from(text)]),
  )
  const resource = (number: number, name: string, data: Buffer) => {
    const head = Buffer.alloc(6)
    head.write('8BIM')
    head.writeUInt16BE(number, 4)
    const size = Buffer.alloc(4)
    size.writeUInt32BE(data.length)
    const pad = (bytes: Buffer) => Buffer.concat([bytes, Buffer.alloc(bytes.length & 1)])
    return Buffer.concat([head, pad(Buffer.from([name.length, ...Buffer.from(name)])), size, pad(data)])
  }
  return Buffer.concat([
    resource(0x03ed, 'odd', Buffer.from('abc')),
    resource(0x0404, '', Buffer.concat(record)),
  ])
}

describe('the date of EXIF', () => {
  test.for<[string, Record<number, string>, string | null]>([
    ['I-05 padded with two NULs', { [original]: '2024:05:06 07:08:09\0\0' }, '2024-05-06T07:08:09'],
    ['padded with spaces', { [original]: '2024:05:06 07:08:09   \0' }, '2024-05-06T07:08:09'],
    ['without its NUL', { [original]: '2024:05:06 07:08:09' }, '2024-05-06T07:08:09'],
    ['I-06 with dashes', { [original]: '2011-05-06 07:08:09\0' }, '2011-05-06T07:08:09'],
    ['with slashes', { [original]: '2011/05/06 07:08:09\0' }, '2011-05-06T07:08:09'],
    ['with a T and a zone', { [original]: '2011-05-06T07:08:09+02:00\0' }, '2011-05-06T05:08:09.000Z'],
    ['with a fraction', { [original]: '2011:05:06 07:08:09.25\0' }, '2011-05-06T07:08:09.250'],
    [
      'with a fraction beside it',
      { [original]: '2011:05:06 07:08:09\0', [subSecOriginal]: '07\0' },
      '2011-05-06T07:08:09.070',
    ],
    [
      'with fraction and zone beside it',
      { [original]: '2011:05:06 07:08:09\0', [subSecOriginal]: '5\0', [offsetOriginal]: '-01:00\0' },
      '2011-05-06T08:08:09.500Z',
    ],
    ['I-07 only of the scan', { [digitized]: '2012:01:02 03:04:05\0' }, '2012-01-02T03:04:05'],
    [
      'of the scan, with its own fraction',
      { [digitized]: '2012:01:02 03:04:05\0', [subSecDigitized]: '9\0', [subSecOriginal]: '1\0' },
      '2012-01-02T03:04:05.900',
    ],
    [
      'of the scan, if the camera had no clock',
      { [original]: '0000:00:00 00:00:00\0', [digitized]: '2012:01:02 03:04:05\0' },
      '2012-01-02T03:04:05',
    ],
    [
      'of the shot, if there are both',
      { [original]: '2011:05:06 07:08:09\0', [digitized]: '2012:01:02 03:04:05\0' },
      '2011-05-06T07:08:09',
    ],
    ['without marks', { [original]: '20110506 070809\0' }, '2011-05-06T07:08:09'],
    ['without marks and time', { [original]: '20110506\0' }, '2011-05-06T00:00:00'],
    ['of fourteen digits', { [original]: '20110506070809\0' }, '2011-05-06T07:08:09'],
    ['of digits that are no date', { [original]: '20111306 070809\0' }, null],
    ['in words', { [original]: 'a day in May\0' }, null],
  ])('%s', ([, texts, expected]) => {
    expect(readTakenAt({ exif: makeExif(texts) })).toBe(expected)
  })
})

describe('the date of EXIF in another structure', () => {
  const firstDirectoryAt = 4
  const pointerTypeAt = 12
  const tableAt = 26
  const secondTagAt = 40

  test.for<[string, (exif: Buffer) => void]>([
    ['the first directory has it', (exif) => exif.writeUInt32LE(tableAt, firstDirectoryAt)],
    ['the pointer has the type of a directory', (exif) => exif.writeUInt16LE(13, pointerTypeAt)],
    ['an impossible one of the same tag precedes it', (exif) => exif.writeUInt16LE(original, secondTagAt)],
  ])('is read if %s', ([, change]) => {
    const exif = makeExif({ [original]: '0000:00:00 00:00:00\0', [digitized]: '2011:05:06 07:08:09\0' })
    change(exif)
    expect(readTakenAt({ exif })).toBe('2011-05-06T07:08:09')
  })

  test('B154 thousands of them are read at once', () => {
    const exif = Buffer.alloc(64 * 1024, 0x20)
    exif.write('II\x2a\0\x08\0\0\0\xff\xff', 'latin1')
    for (let at = 10; at + 12 <= exif.length; at += 12) {
      exif.writeUInt16LE(original, at)
      exif.writeUInt16LE(2, at + 2)
      exif.writeUInt32LE(60_000, at + 4)
      exif.writeUInt32LE(10, at + 8)
    }
    expect(readTakenAt({ exif })).toBeNull()
  })
})

describe('the date of XMP', () => {
  test.for<[string, string, string | null]>([
    ['an attribute', 'exif:DateTimeOriginal="2011-05-06T07:08:09.12+02:00"/>', '2011-05-06T05:08:09.120Z'],
    ['an element', '><exif:DateTimeOriginal>2011-05-06T07:08</exif:DateTimeOriginal>', '2011-05-06T07:08:00'],
    ['by an older prefix', 'xap:CreateDate="2009-03-06T22:15:00+01:00"/>', '2009-03-06T21:15:00.000Z'],
    [
      'by a prefix that is declared',
      'xmlns:e="http://ns.adobe.com/exif/1.0/" e:DateTimeOriginal="2011-05-06T07:08:09"/>',
      '2011-05-06T07:08:09',
    ],
    ['by a prefix of another namespace', 'xmlns:e="urn:e" e:DateTimeOriginal="2011-05-06T07:08:09"/>', null],
    ['of Photoshop', "photoshop:DateCreated='2011-05-06'/>", '2011-05-06T00:00:00'],
    [
      'the best of several',
      'xmp:CreateDate="2013-01-01T00:00:00Z" exif:DateTimeDigitized="2012-01-01T00:00:00Z"/>',
      '2012-01-01T00:00:00.000Z',
    ],
    [
      'an impossible one',
      'exif:DateTimeOriginal="2011-02-30" xmp:CreateDate="2013-01-01"/>',
      '2013-01-01T00:00:00',
    ],
    ['when it was changed, which does not count', 'xmp:ModifyDate="2013-01-01T00:00:00Z"/>', null],
  ])('%s', ([, properties, expected]) => {
    expect(readTakenAt({ xmp: packet(properties) })).toBe(expected)
  })

  test.for(['jpeg', 'png', 'webp', 'avif'] as const)('is found in a %s', async (format) => {
    const sharp = await loadSharp()
    const image = sharp(await makeImage({ width: 32, height: 24, format: 'png' }))
    const xmp = packet('exif:DateTimeOriginal="2011-05-06T07:08:09"/>').toString()
    const bytes = new Uint8Array(await image.withXmp(xmp).toFormat(format).toBuffer())
    expect(readTakenAt(readHeader(bytes, { limits }))).toBe('2011-05-06T07:08:09')
  })
})

describe('the date of IPTC', () => {
  test.for<[string, Record<number, string>, string | null]>([
    ['day, time and zone', { 55: '20110506', 60: '070809+0200' }, '2011-05-06T05:08:09.000Z'],
    ['day and time', { 5: 'Title', 55: '20110506', 60: '070809' }, '2011-05-06T07:08:09'],
    ['day', { 55: '20110506' }, '2011-05-06T00:00:00'],
    ['an unknown month', { 55: '20110000' }, null],
    ['only when it was digitized', { 62: '20110506', 63: '070809' }, '2011-05-06T07:08:09'],
    [
      'an unknown month, and when it was digitized',
      { 55: '20110000', 62: '20110506' },
      '2011-05-06T00:00:00',
    ],
    ['none', { 5: 'Title' }, null],
  ])('%s', ([, texts, expected]) => {
    expect(readTakenAt({ photoshop: makeResources(texts) })).toBe(expected)
  })

  test('is found in a JPEG', async () => {
    const image = await makeImage({ width: 32, height: 24, format: 'jpeg' })
    const data = Buffer.concat([Buffer.from('Photoshop 3.0\0'), makeResources({ 55: '20110506' })])
    const head = Buffer.of(0xff, 0xed, 0, 0)
    head.writeUInt16BE(data.length + 2, 2)
    const bytes = Buffer.concat([image.subarray(0, 2), head, data, image.subarray(2)])
    expect(readTakenAt(readHeader(bytes, { limits }))).toBe('2011-05-06T00:00:00')
  })
})

describe('the date that ImageMagick writes into a PNG', () => {
  const exif = makeExif({ [original]: '2012:01:02 03:04:05\0' })
  const withPreamble = Buffer.concat([Buffer.from('Exif\0\0'), exif])
  /** Bytes as text: their name, how many they are, and two digits for each, 36 in a line. */
  const digits = (name: string, bytes: Buffer) =>
    `\n${name}\n${String(bytes.length).padStart(8)}\n${bytes.toString('hex').replace(/.{72}/g, '$&\n')}\n`
  const text = (keyword: string, profile: string) =>
    makePngChunk('tEXt', Buffer.from(`${keyword}\0${profile}`))
  const compressed = (keyword: string, profile: string) =>
    makePngChunk('zTXt', Buffer.concat([Buffer.from(`${keyword}\0\0`), deflateSync(profile)]))

  test.for<[string, Uint8Array, string | null]>([
    ['EXIF', text('Raw profile type exif', digits('exif', withPreamble)), '2012-01-02T03:04:05'],
    [
      'EXIF, compressed',
      compressed('Raw profile type APP1', digits('generic profile', withPreamble)),
      '2012-01-02T03:04:05',
    ],
    [
      'IPTC',
      compressed('Raw profile type iptc', digits('iptc', makeResources({ 55: '20110506' }))),
      '2011-05-06T00:00:00',
    ],
    ['EXIF without digits', text('Raw profile type exif', '\nexif\n   12\nno digits'), null],
    ['EXIF that is not zlib', makePngChunk('zTXt', Buffer.from('Raw profile type exif\0\0no zlib')), null],
    ['another profile', text('Raw profile type icm', digits('icm', withPreamble)), null],
  ])('%s', async ([, chunk, expected]) => {
    const png = withPngChunks(await makeImage({ width: 32, height: 24, format: 'png' }), [chunk])
    expect(readTakenAt(readHeader(png, { limits }))).toBe(expected)
  })

  test('EXIF after the pixels', async () => {
    const png = await makeImage({ width: 32, height: 24, format: 'png' })
    const end = png.length - 12
    const image = Buffer.concat([png.subarray(0, end), makePngChunk('eXIf', exif), png.subarray(end)])
    expect(readTakenAt(readHeader(image, { limits }))).toBe('2012-01-02T03:04:05')
  })
})

test('EXIF counts before XMP, and XMP before IPTC', () => {
  const exif = makeExif({ [digitized]: '2012:01:02 03:04:05\0' })
  const xmp = packet('exif:DateTimeOriginal="2011-05-06T07:08:09"/>')
  const photoshop = makeResources({ 55: '20100101' })
  expect(readTakenAt({ exif, xmp, photoshop })).toBe('2012-01-02T03:04:05')
  expect(readTakenAt({ exif: Buffer.from('broken'), xmp, photoshop })).toBe('2011-05-06T07:08:09')
  expect(readTakenAt({ xmp: packet('/>'), photoshop })).toBe('2010-01-01T00:00:00')
})

test('B154 metadata of any bytes gives a date or none, at once', () => {
  const xmp = Buffer.from('xmlns:e= exif:DateTimeOriginal = "'.repeat(2000))
  const photoshop = Buffer.from('8BIM\x04\x04\0\0\xff\xff\xff\xff\x1c\x02\x37\xff\xff'.repeat(3000), 'latin1')
  expect(readTakenAt({ xmp, photoshop })).toBeNull()
  const resources = makeResources({ 55: '20110506', 60: '070809+0200' })
  for (let length = 0; length < resources.length; length += 1)
    expect(readTakenAt({ photoshop: resources.subarray(0, length) }) ?? '2011-').toMatch(/^2011-/)
})
