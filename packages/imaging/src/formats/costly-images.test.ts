import type { PhotoFormat } from '@tintype/contract'
import { describe, expect, test } from 'vitest'
import type { ImageLimits } from '../image.ts'
import { inspectImage } from '../pixels/inspect-image.ts'
import { makeFlatJpeg, makeImage, thumbnailTarget } from '../testing/index.ts'
import { makePngChunk, withPngChunks } from '../testing/make-png-chunk.ts'

const limits: ImageLimits = { maxPixels: 1e8, maxAvifPixels: 5e7, maxSide: 30_000, maxFrames: 1000 }

const inspect = (bytes: Uint8Array, format: PhotoFormat) =>
  inspectImage(bytes, { format, limits, thumbnail: thumbnailTarget })

/** A big-endian number of four bytes. */
function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

describe('a header alone decides', () => {
  test.for([
    [20_000, 20_000, 1],
    [30_000, 30_000, 1],
    [16_000, 16_000, 8],
  ] as const)('B121 B122 a PNG of %i × %i with %i bits', async ([width, height, bits]) => {
    const image = Buffer.from(await makeImage({ width: 8, height: 8, format: 'png', colours: 'grey' }))
    const header = Buffer.concat([uint32(width), uint32(height), Buffer.of(bits, 0, 0, 0, 0)])
    const large = Buffer.concat([image.subarray(0, 8), makePngChunk('IHDR', header), image.subarray(33)])
    await expect(inspect(large, 'png')).rejects.toMatchObject({
      code: 'TOO_MANY_PIXELS',
      facts: { width, height },
    })
  })

  test.for([
    [0, 0],
    [0, 8],
    [8, 0],
    [2 ** 31, 8],
    [2 ** 32 - 1, 2 ** 32 - 1],
  ] as const)('B121 a PNG of %i × %i is none', async ([width, height]) => {
    const image = Buffer.from(await makeImage({ width: 8, height: 8, format: 'png' }))
    const header = Buffer.concat([uint32(width), uint32(height), image.subarray(24, 29)])
    const odd = Buffer.concat([image.subarray(0, 8), makePngChunk('IHDR', header), image.subarray(33)])
    await expect(inspect(odd, 'png')).rejects.toMatchObject({ code: 'UNREADABLE_IMAGE' })
  })

  test.for([
    [65_500, 65_500, 'TOO_MANY_PIXELS'],
    [10_000, 10_001, 'TOO_MANY_PIXELS'],
    [8, 0, 'UNREADABLE_IMAGE'],
    [0, 8, 'UNREADABLE_IMAGE'],
  ] as const)('B121 a JPEG of %i × %i is %s', async ([width, height, code]) => {
    const image = Buffer.from(makeFlatJpeg({ width: 8, height: 8, components: 3 }))
    const frame = image.indexOf(Buffer.of(0xff, 0xc2))
    image.writeUInt16BE(height, frame + 5)
    image.writeUInt16BE(width, frame + 7)
    await expect(inspect(image, 'jpeg')).rejects.toMatchObject({ code })
  })
})

describe('an animation', () => {
  test.for([20_000, 40_000])('B125 of %i frames of one pixel has too many', async (count) => {
    const screen = Buffer.from('GIF89a\x01\0\x01\0\x80\0\0\x01\x02\x03\xff\xff\xff', 'latin1')
    const frame = Buffer.of(0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x4c, 1, 0)
    const gif = Buffer.concat([screen, ...Array<Buffer>(count).fill(frame), Buffer.of(0x3b)])
    await expect(inspect(gif, 'gif')).rejects.toMatchObject({ code: 'TOO_MANY_PIXELS' })
  })

  test.for([0, 1, 2 ** 31, 2 ** 32 - 1])('B125 a PNG that claims %i frames is its first', async (frames) => {
    const image = await makeImage({ width: 30, height: 20, format: 'png' })
    const control = makePngChunk('acTL', Buffer.concat([uint32(frames), uint32(0)]))
    expect(await inspect(withPngChunks(image, [control]), 'png')).toMatchObject({ width: 30, height: 20 })
  })
})

describe('a JPEG with very many segments', () => {
  const segment = (marker: number, data: Uint8Array) =>
    Buffer.concat([Buffer.of(0xff, marker, (data.length + 2) >> 8, (data.length + 2) & 255), data])
  const profilePart = (at: number, count: number) =>
    segment(0xe2, Buffer.concat([Buffer.from('ICC_PROFILE\0'), Buffer.of(at, count), Buffer.alloc(2000, at)]))

  test.for([
    ['5 000 comments', () => Array<Buffer>(5000).fill(segment(0xfe, Buffer.from('comment')))],
    ['3 000 blocks of EXIF', () => Array<Buffer>(3000).fill(segment(0xe1, Buffer.from('Exif\0\0MM\0*')))],
    ['255 parts of a profile', () => Array.from({ length: 255 }, (_, at) => profilePart(at + 1, 255))],
    ['a profile that lacks a part', () => [profilePart(1, 3), profilePart(3, 3)]],
  ] as const)('B127 such as %s is shown, or refused', async ([_name, make]) => {
    const image = Buffer.from(await makeImage({ width: 30, height: 20, format: 'jpeg' }))
    const long = Buffer.concat([image.subarray(0, 2), ...make(), image.subarray(2)])
    const answer = await inspect(long, 'jpeg').catch((error: unknown) => error)
    if (answer instanceof Error) expect(answer).toMatchObject({ code: 'UNREADABLE_IMAGE' })
    else expect(answer).toMatchObject({ width: 30, height: 20 })
  })
})
