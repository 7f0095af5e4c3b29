import { makePngChunk, withPngChunks } from './make-png-chunk.ts'

/** Options of odd EXIF with one entry, the orientation. */
export interface OddExif {
  readonly order?: 'II' | 'MM' | 'XX'
  readonly magic?: number
  /** Entries that the directory declares; it has one. */
  readonly announced?: number
  /** @see TIFF 6.0 §2 */
  readonly type?: number
  readonly count?: number
  readonly value?: number
}

/** Makes such EXIF, without a preamble. A value that is too large for its entry is stored after it. */
export function makeExif(odd: OddExif = {}): Buffer {
  const { order = 'II', magic = 42, announced = 1, type = 3, count = 1, value = 6 } = odd
  const bytes = Buffer.alloc(160)
  const isLittle = order === 'II'
  const put16 = (number: number, at: number) =>
    isLittle ? bytes.writeUInt16LE(number, at) : bytes.writeUInt16BE(number, at)
  const put32 = (number: number, at: number) =>
    isLittle ? bytes.writeUInt32LE(number, at) : bytes.writeUInt32BE(number, at)
  const byteSize = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8][type] ?? 4
  const isElsewhere = byteSize * count > 4
  bytes.write(order, 0)
  put16(magic, 2)
  put32(8, 4)
  put16(announced, 8)
  put16(0x0112, 10)
  put16(type, 12)
  put32(count, 14)
  if (isElsewhere) put32(40, 18)
  const at = isElsewhere ? 40 : 18
  // One more value than declared, for a reader that ignores the count.
  for (let i = 0; i < Math.max(1, count); i += 1) {
    if (byteSize === 1) bytes.writeUInt8(value & 0xff, at + i)
    else if (byteSize === 2) put16(value & 0xffff, at + i * 2)
    else put32(value, at + i * byteSize)
    if (byteSize === 8) put32(1, at + i * 8 + 4)
  }
  return isElsewhere ? bytes : bytes.subarray(0, 26)
}

/** Inserts EXIF at its place in a format: before the pixels of a JPEG or PNG, after those of a lossy WebP without alpha. */
export function withExif(image: Uint8Array, format: 'jpeg' | 'png' | 'webp', exif: Uint8Array): Uint8Array {
  if (format === 'png') return withPngChunks(image, [makePngChunk('eXIf', exif)])
  return format === 'jpeg' ? intoJpeg(image, exif) : intoWebp(image, exif)
}

function intoJpeg(image: Uint8Array, exif: Uint8Array): Buffer {
  const head = Buffer.of(0xff, 0xe1, 0, 0)
  head.writeUInt16BE(exif.length + 8, 2)
  return Buffer.concat([image.subarray(0, 2), head, Buffer.from('Exif\0\0'), exif, image.subarray(2)])
}

/** @see RFC 9649 §2.7 */
function intoWebp(image: Uint8Array, exif: Uint8Array): Buffer {
  const picture = Buffer.from(image.subarray(12))
  const extended = Buffer.alloc(10)
  extended[0] = 0x08
  extended.writeUIntLE((picture.readUInt16LE(14) & 0x3fff) - 1, 4, 3)
  extended.writeUIntLE((picture.readUInt16LE(16) & 0x3fff) - 1, 7, 3)
  const body = Buffer.concat([webpChunk('VP8X', extended), picture, webpChunk('EXIF', exif)])
  return webpChunk('RIFF', Buffer.concat([Buffer.from('WEBP'), body]))
}

function webpChunk(type: string, data: Uint8Array): Buffer {
  const head = Buffer.alloc(8)
  head.write(type)
  head.writeUInt32LE(data.length, 4)
  return Buffer.concat([head, data, Buffer.alloc(data.length & 1)])
}
