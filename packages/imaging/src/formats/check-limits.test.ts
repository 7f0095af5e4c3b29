import { randomBytes } from 'node:crypto'
import { deflateRawSync, deflateSync } from 'node:zlib'
import { type PhotoFormat, photoFormats } from '@tintype/contract'
import { describe, expect, test } from 'vitest'
import type { ImageLimits } from '../image.ts'
import { inspectImage } from '../pixels/inspect-image.ts'
import { addClap } from '../testing/add-clap.ts'
import { makeImage, thumbnailTarget } from '../testing/index.ts'
import { makePngChunk, withPngChunks } from '../testing/make-png-chunk.ts'
import { inflatedByteSize } from './png-text.ts'

const limits: ImageLimits = { maxPixels: 1e8, maxAvifPixels: 5e7, maxSide: 32_767, maxFrames: 1000 }

function inspect(bytes: Uint8Array, format: PhotoFormat, tighter: Partial<ImageLimits> = {}) {
  return inspectImage(bytes, { format, limits: { ...limits, ...tighter }, thumbnail: thumbnailTarget })
}

describe('limits', () => {
  test.for(photoFormats)(
    'B084 a %s of exactly as many pixels is decoded, of one more is not',
    async (format) => {
      const image = await makeImage({ width: 50, height: 40, format })
      const key = format === 'avif' ? 'maxAvifPixels' : 'maxPixels'
      await expect(inspect(image, format, { [key]: 2000 })).resolves.toMatchObject({ width: 50 })
      await expect(inspect(image, format, { [key]: 1999 })).rejects.toMatchObject({
        code: 'TOO_MANY_PIXELS',
        facts: { width: 50, height: 40, frames: 1, pixels: 2000, limit: 1999 },
      })
    },
  )

  test('B084 a side, in either direction', async () => {
    for (const [width, height] of [
      [300, 2],
      [2, 300],
    ] as const) {
      const image = await makeImage({ width, height, format: 'png' })
      await expect(inspect(image, 'png', { maxSide: 300 })).resolves.toMatchObject({ width, height })
      await expect(inspect(image, 'png', { maxSide: 299 })).rejects.toMatchObject({
        code: 'TOO_MANY_PIXELS',
        facts: { width, height, limit: 299 },
      })
    }
  })

  test.for(['gif', 'webp'] as const)(
    'B084 B125 frames of a %s, and the pixels of one frame',
    async (format) => {
      const image = await makeImage({ width: 20, height: 10, format, frames: 7 })
      await expect(inspect(image, format, { maxFrames: 7, maxPixels: 200 })).resolves.toMatchObject({
        width: 20,
      })
      await expect(inspect(image, format, { maxFrames: 6 })).rejects.toMatchObject({
        code: 'TOO_MANY_PIXELS',
        facts: { frames: 7, limit: 6 },
      })
      await expect(inspect(image, format, { maxPixels: 199 })).rejects.toMatchObject({
        code: 'TOO_MANY_PIXELS',
        facts: { frames: 7, pixels: 200, limit: 199 },
      })
    },
  )

  test('B121 a PNG that claims 30 000 × 30 000 is refused by its header', async () => {
    const image = Buffer.from(await makeImage({ width: 8, height: 8, format: 'png' }))
    const header = Buffer.from(image.subarray(16, 29))
    header.writeUInt32BE(30_000, 0)
    header.writeUInt32BE(30_000, 4)
    const bomb = Buffer.concat([image.subarray(0, 8), makePngChunk('IHDR', header), image.subarray(33)])
    await expect(inspect(bomb, 'png')).rejects.toMatchObject({
      code: 'TOO_MANY_PIXELS',
      facts: { width: 30_000, height: 30_000, pixels: 9e8, limit: 1e8 },
    })
  })

  test('B123 B134 an AVIF that displays one pixel of many counts them all', async () => {
    const image = addClap(await makeImage({ width: 200, height: 100, format: 'avif' }))
    await expect(inspect(image, 'avif')).resolves.toMatchObject({ width: 1, height: 1 })
    await expect(inspect(image, 'avif', { maxAvifPixels: 19_999 })).rejects.toMatchObject({
      code: 'TOO_MANY_PIXELS',
      facts: { width: 1, height: 1, pixels: 20_000, limit: 19_999 },
    })
  })

  test.for([
    ['zTXt', 'Comment\0\0'],
    ['iTXt', 'Comment\0\x01\0\0\0'],
    ['iCCP', 'icc\0\0'],
  ] as const)(
    'B127 %s that inflates to 5 MB is accepted, to 20 MB in one or many chunks is not',
    async ([type, keyword]) => {
      const image = await makeImage({ width: 8, height: 8, format: 'png' })
      const make = (byteSize: number) =>
        makePngChunk(
          type,
          Buffer.concat([Buffer.from(keyword, 'latin1'), deflateSync(Buffer.alloc(byteSize, 65))]),
        )
      const small = withPngChunks(image, [make(5e6)])
      await expect(inspect(small, 'png')).resolves.toMatchObject({ width: 8 })
      for (const chunks of [[make(20e6)], [make(5e6), make(5e6), make(5e6), make(5e6)]])
        await expect(inspect(withPngChunks(image, chunks), 'png')).rejects.toMatchObject({
          code: 'TOO_MANY_PIXELS',
          facts: { limit: 16 * 1024 * 1024 },
        })
    },
  )

  test('I-08 compressed text that is not zlib is skipped, as by every viewer', async () => {
    const image = await makeImage({ width: 8, height: 8, format: 'png' })
    const keyword = Buffer.from('mxGraphModel\0\0', 'latin1')
    const raw = deflateRawSync(Buffer.alloc(2e5, '<mxGraphModel dx="'))
    const chunks = Array.from({ length: 20 }, () =>
      makePngChunk('zTXt', Buffer.concat([keyword, raw, Buffer.alloc(20_000)])),
    )
    await expect(inspect(withPngChunks(image, chunks), 'png')).resolves.toMatchObject({ width: 8 })
  })

  test('B127 a damaged stream is accepted, many large ones are not', async () => {
    const image = await makeImage({ width: 8, height: 8, format: 'png' })
    const stream = deflateSync(Buffer.alloc(5e6, 65))
    const damaged = makePngChunk(
      'zTXt',
      Buffer.concat([Buffer.from('Comment\0\0', 'latin1'), stream.subarray(0, -9)]),
    )
    const repeat = (count: number) =>
      withPngChunks(
        image,
        Array.from({ length: count }, () => damaged),
      )
    await expect(inspect(repeat(3), 'png')).resolves.toMatchObject({ width: 8 })
    await expect(inspect(repeat(6), 'png')).rejects.toMatchObject({ code: 'TOO_MANY_PIXELS' })
  })

  test('B127 many damaged streams count as what precedes their faults', async () => {
    const image = await makeImage({ width: 8, height: 8, format: 'png' })
    // A stream of stored blocks, whose second one has an unknown type after 40 000 bytes.
    const stored = (byteSize: number, type: number) => {
      const head = Buffer.of(type, byteSize & 255, byteSize >> 8, ~byteSize & 255, (~byteSize >> 8) & 255)
      return Buffer.concat([head, Buffer.alloc(byteSize, 65)])
    }
    const faulty = Buffer.concat([Buffer.of(0x78, 0x9c), stored(40_000, 0), stored(20_000, 7)])
    const cut = deflateSync(randomBytes(50_000)).subarray(0, 40_000)
    const chunks = [faulty, cut].flatMap((stream) => {
      const data = Buffer.concat([Buffer.from('Comment\0\0', 'latin1'), stream])
      return Array<Uint8Array>(10).fill(makePngChunk('zTXt', data))
    })
    await expect(inspect(withPngChunks(image, chunks), 'png')).resolves.toMatchObject({ width: 8 })
    expect(inflatedByteSize(faulty, 1e6)).toBe(40_000)
    expect(inflatedByteSize(faulty, 30_000)).toBeUndefined()
    expect(inflatedByteSize(Buffer.of(0x78, 0x9c, 7), 1e6)).toBe(0)
  })

  test('B127 uncompressed text of any kind is accepted', async () => {
    const image = await makeImage({ width: 8, height: 8, format: 'png' })
    const text = makePngChunk(
      'iTXt',
      Buffer.concat([Buffer.from('XML\0\0\0\0\0', 'latin1'), Buffer.alloc(5e5, 65)]),
    )
    const many = Array.from({ length: 3000 }, () => makePngChunk('tEXt', Buffer.from('a\0b', 'latin1')))
    await expect(inspect(withPngChunks(image, [text, ...many]), 'png')).resolves.toMatchObject({ width: 8 })
  })
})
