import type { PhotoFormat } from '@tintype/contract'
import { describe, expect, test } from 'vitest'
import { readFacts } from '../formats/read-header.ts'
import type { ImageLimits } from '../image.ts'
import { makeFlatJpeg, makeImage, thumbnailTarget } from '../testing/index.ts'
import { makePngChunk } from '../testing/make-png-chunk.ts'
import { inspectImage } from './inspect-image.ts'

const limits: ImageLimits = { maxPixels: 1e8, maxAvifPixels: 5e7, maxSide: 30_000, maxFrames: 1000 }

const inspect = (bytes: Uint8Array, format: PhotoFormat) =>
  inspectImage(bytes, { format, limits, thumbnail: thumbnailTarget })

test.for([
  [1, 1_000_000],
  [1_000_000, 1],
  [1, 30_001],
  [30_001, 1],
] as const)('B126 a PNG of %i × %i has too long a side', async ([width, height]) => {
  const image = Buffer.from(await makeImage({ width: 8, height: 8, format: 'png' }))
  const header = Buffer.from(image.subarray(16, 29))
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  const long = Buffer.concat([image.subarray(0, 8), makePngChunk('IHDR', header), image.subarray(33)])
  await expect(inspect(long, 'png')).rejects.toMatchObject({
    code: 'TOO_MANY_PIXELS',
    facts: { width, height, limit: 30_000 },
  })
})

describe('a progressive JPEG', () => {
  test.for([400, 800])('B129 of %i scans more than it needs is refused by its structure', async (repeats) => {
    for (const components of [1, 3] as const) {
      const image = makeFlatJpeg({ width: 10_000, height: 10_000, components, repeats })
      await expect(inspect(image, 'jpeg')).rejects.toMatchObject({
        code: 'UNREADABLE_IMAGE',
        message: 'The JPEG has more than 100 scans and cannot be decoded',
      })
    }
  })

  test('B129 of a thousand scans that say something new each is refused too', async () => {
    const image = makeFlatJpeg({ width: 10_000, height: 10_000, components: 3, isSpectral: true })
    await expect(inspect(image, 'jpeg')).rejects.toMatchObject({ code: 'UNREADABLE_IMAGE' })
  })
})

describe('a WebP', () => {
  test.for([0, 1, 0x7fff_ffff, 0xffff_ffff])('B130 whose file claims %i bytes', async (byteSize) => {
    const image = Buffer.from(await makeImage({ width: 40, height: 30, format: 'webp' }))
    image.writeUInt32LE(byteSize, 4)
    await expect(inspect(image, 'webp')).rejects.toMatchObject({ code: 'UNREADABLE_IMAGE' })
  })

  test('B130 of 16 383 × 16 383 pixels without data', async () => {
    const image = Buffer.from((await makeImage({ width: 40, height: 30, format: 'webp' })).subarray(0, 30))
    expect(image.toString('latin1', 12, 16)).toBe('VP8 ')
    image.writeUInt16LE(16_383, 26)
    image.writeUInt16LE(16_383, 28)
    await expect(inspect(image, 'webp')).rejects.toMatchObject({ code: 'UNREADABLE_IMAGE' })
    image.writeUInt32LE(22, 4)
    image.writeUInt32LE(10, 16)
    await expect(inspect(image, 'webp')).rejects.toMatchObject({
      code: expect.stringMatching(/^(TOO_MANY_PIXELS|UNREADABLE_IMAGE)$/),
    })
  })

  test.for([
    [2 ** 24, 2 ** 24],
    [2 ** 24, 1],
    [1, 2 ** 24],
  ] as const)('B130 with a canvas of %i × %i', async ([width, height]) => {
    const image = Buffer.alloc(30)
    image.write('RIFF\x16\0\0\0WEBPVP8X\x0a\0\0\0', 'latin1')
    image.writeUIntLE(width - 1, 24, 3)
    image.writeUIntLE(height - 1, 27, 3)
    await expect(inspect(image, 'webp')).rejects.toMatchObject({
      code: expect.stringMatching(/^(TOO_MANY_PIXELS|UNREADABLE_IMAGE)$/),
    })
  })

  test('B122 that is animated, without a frame, is damaged at any canvas, though it has no pixels', () => {
    const image = Buffer.alloc(30)
    image.write('RIFF\x16\0\0\0WEBPVP8X\x0a\0\0\0\x02', 'latin1')
    image.writeUIntLE(16_382, 24, 3)
    image.writeUIntLE(16_382, 27, 3)
    expect(() => readFacts(image, { format: 'webp', limits })).toThrow(
      expect.objectContaining({ code: 'UNREADABLE_IMAGE' }),
    )
  })
})
