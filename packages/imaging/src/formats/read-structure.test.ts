import { photoFormats } from '@tintype/contract'
import { describe, expect, test } from 'vitest'
import { makeImage } from '../testing/index.ts'
import { makePngChunk, withPngChunks } from '../testing/make-png-chunk.ts'
import { type ByteReaderOptions, openByteReader } from './byte-reader.ts'
import { identify } from './identify.ts'
import { readStructure } from './read-structure.ts'

function read(image: Uint8Array, options?: ByteReaderOptions) {
  using bytes = openByteReader(image, options)
  const format = identify(image)
  if (!format) throw new Error('Expected an image')
  return readStructure(bytes, format)
}

describe.for(photoFormats)('the structure of a %s', (format) => {
  test('has format and size', async () => {
    const image = await makeImage({ width: 30, height: 20, format })
    expect(read(image)).toMatchObject({ format, size: { width: 30, height: 20 }, isTruncated: false })
  })

  test('B119 is truncated, or lacks its end, if the last bytes are missing', async () => {
    const image = await makeImage({ width: 30, height: 20, format })
    for (const missing of [1, 2, 12]) {
      const { isTruncated, isEndMissing } = read(image.subarray(0, -missing))
      expect([isTruncated, isEndMissing]).toContain(true)
    }
  })

  test('B106 is the same with junk after the end', async () => {
    const image = await makeImage({ width: 30, height: 20, format })
    expect(read(Buffer.concat([image, Buffer.from('junk after the end')]))).toEqual(read(image))
  })
})

test.for(['gif', 'webp'] as const)('the frames of an animated %s are counted', async (format) => {
  const image = await makeImage({ width: 30, height: 20, format, frames: 3 })
  expect(read(image)).toMatchObject({ frames: 3 })
})

describe('the EXIF of a PNG', () => {
  const chunk = (text: string) => makePngChunk('eXIf', Buffer.from(text))
  const textOf = (image: Uint8Array) => Buffer.from(read(image).exif ?? []).toString()

  test('is the first one', async () => {
    const image = await makeImage({ width: 8, height: 8, format: 'png' })
    expect(textOf(withPngChunks(image, [chunk('first'), chunk('second')]))).toBe('first')
  })

  test('does not count after the pixels, or with the preamble of a JPEG', async () => {
    const image = await makeImage({ width: 8, height: 8, format: 'png' })
    const late = Buffer.concat([image.subarray(0, -12), chunk('late'), image.subarray(-12)])
    expect(textOf(late)).toBe('')
    expect(textOf(withPngChunks(image, [chunk('Exif\0\0II'), chunk('second')]))).toBe('')
  })
})

test('B310 the scan budget is charged for one walk', () => {
  const blocks = 10_000
  const screen = Buffer.from('GIF89a\x05\0\x05\0\0\0\0', 'latin1')
  const descriptor = Buffer.of(0x2c, 0, 0, 0, 0, 5, 0, 5, 0, 0, 2)
  const data = Buffer.concat(Array<Buffer>(blocks).fill(Buffer.of(1, 0)))
  const gif = Buffer.concat([screen, descriptor, data, Buffer.of(0, 0x3b)])
  // A block costs one byte that is read, which is charged as 8.
  expect(read(gif, { scanBudget: 12 * blocks })).toMatchObject({ size: { width: 5, height: 5 }, frames: 1 })
})
