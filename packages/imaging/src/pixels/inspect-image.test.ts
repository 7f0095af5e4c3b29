import { type PhotoFormat, photoFormats } from '@tintype/contract'
import { describe, expect, test } from 'vitest'
import type { ImageLimits, RenderedImage } from '../image.ts'
import {
  cornerColours,
  cornerDistance,
  decodePixels,
  makeGpsJpeg,
  makeImage,
  makeQuadrants,
  quadrantColours,
  thumbnailTarget,
} from '../testing/index.ts'
import { inspectImage } from './inspect-image.ts'
import { loadSharp } from './load-sharp.ts'

const limits: ImageLimits = { maxPixels: 1e8, maxAvifPixels: 5e7, maxSide: 32_767, maxFrames: 1000 }

function inspect(bytes: Uint8Array, format: PhotoFormat) {
  return inspectImage(bytes, { format, limits, thumbnail: { ...thumbnailTarget, format: 'png' } })
}

/** 4 if it is transparent, 3 if it is not; 8 bits each, in sRGB. */
async function channelsOf({ bytes }: RenderedImage): Promise<number | undefined> {
  const sharp = await loadSharp()
  const { channels, depth, space } = await sharp(bytes).metadata()
  expect([depth, space]).toEqual(['uchar', 'srgb'])
  return channels
}

describe('inspectImage', () => {
  test.for(photoFormats)('B116 reads the facts of a %s and makes its thumbnail', async (format) => {
    const image = await makeImage({ width: 640, height: 426, format })
    const found = await inspect(image, format)
    expect(found).toMatchObject({ width: 640, height: 426, takenAt: null })
    expect(found.thumbnail).toMatchObject({ width: 300, height: 200, format: 'png' })
    expect(await channelsOf(found.thumbnail)).toBe(3)
    expect(Buffer.from(found.placeholder, 'base64').length).toBeGreaterThan(15)
    expect(structuredClone(found)).toEqual(found)
  })

  test('keeps transparency', async () => {
    for (const format of ['png', 'webp', 'avif'] as const) {
      const image = await makeImage({ width: 40, height: 30, format, alpha: true })
      const { thumbnail } = await inspect(image, format)
      expect(await channelsOf(thumbnail)).toBe(4)
      const { data } = await decodePixels(thumbnail.bytes)
      expect(data[3]).toBeLessThan(40)
      expect(data[39 * 4 + 3]).toBe(255)
    }
  })

  test.for([
    [1, 1],
    [1, 5000],
    [5000, 1],
    [299, 2],
    [301, 300],
  ] as const)(
    'B141 a thumbnail of %i × %i is never enlarged and has no side of 0',
    async ([width, height]) => {
      const { thumbnail } = await inspect(await makeImage({ width, height, format: 'png' }), 'png')
      expect(Math.min(thumbnail.width, thumbnail.height)).toBeGreaterThanOrEqual(1)
      expect(thumbnail.width).toBeLessThanOrEqual(Math.min(width, 300))
      expect(thumbnail.height).toBeLessThanOrEqual(Math.min(height, 300))
    },
  )

  test('reads when it was taken', async () => {
    expect((await inspect(await makeGpsJpeg(), 'jpeg')).takenAt).toBe('2024-05-06T05:08:09.000Z')
  })

  test('B139 of an animation the first frame is shown, and the size is that of one frame', async () => {
    for (const format of ['gif', 'webp'] as const) {
      const image = await makeImage({ width: 40, height: 30, format, frames: 5 })
      const { width, height, thumbnail } = await inspect(image, format)
      expect([width, height, thumbnail.width, thumbnail.height]).toEqual([40, 30, 40, 30])
    }
  })

  test('B137 16 bits, palettes, greys and CMYK become 8-bit sRGB', async () => {
    const cases = [
      ['png', 'rgb16', 3],
      ['png', 'palette', 3],
      ['png', 'grey', 3],
      ['jpeg', 'cmyk', 3],
      ['jpeg', 'grey', 3],
    ] as const
    for (const [format, colours, channels] of cases) {
      const { thumbnail } = await inspect(await makeImage({ width: 32, height: 32, format, colours }), format)
      expect(await channelsOf(thumbnail)).toBe(channels)
    }
    const image = await makeImage({ width: 32, height: 32, format: 'png', colours: 'palette', alpha: true })
    expect(await channelsOf((await inspect(image, 'png')).thumbnail)).toBe(4)
  })
})

describe('orientation', () => {
  const oriented = (['jpeg', 'png', 'webp'] as const).flatMap((format) =>
    [1, 2, 3, 4, 5, 6, 7, 8].map((orientation) => [format, orientation] as const),
  )

  test.for(oriented)(
    'B132 a %s with orientation %i is measured and shown upright',
    async ([format, orientation]) => {
      const image = await makeQuadrants({ width: 96, height: 64, format, orientation })
      const { width, height, thumbnail } = await inspect(image, format)
      expect([width, height, thumbnail.width, thumbnail.height]).toEqual([96, 64, 96, 64])
      expect(cornerDistance(await cornerColours(thumbnail.bytes), quadrantColours)).toBeLessThan(12)
    },
  )

  test.for([0, 9, 65_535])('B133 orientation %i is treated as 1', async (orientation) => {
    const image = await makeQuadrants({ width: 96, height: 64, format: 'jpeg', orientation: 6 })
    const entry = Buffer.from(image).indexOf(Buffer.from([0x12, 0x01, 3, 0, 1, 0, 0, 0]))
    expect(entry).toBeGreaterThan(0)
    image.set([orientation & 255, orientation >> 8], entry + 8)
    expect(await inspect(image, 'jpeg')).toMatchObject({ width: 64, height: 96 })
  })

  test.for([1, 2, 3, 4, 5, 6, 7, 8])(
    'B134 an AVIF turned by irot and imir, with EXIF saying %i too, is turned once',
    async (orientation) => {
      const image = await makeQuadrants({ width: 96, height: 64, format: 'avif', orientation })
      expect(image.length).toBeGreaterThan(0)
      const { width, height, thumbnail } = await inspect(image, 'avif')
      expect([width, height]).toEqual([96, 64])
      expect(cornerDistance(await cornerColours(thumbnail.bytes), quadrantColours)).toBeLessThan(25)
    },
  )

  test('B134 EXIF orientation alone does not turn an AVIF', async () => {
    const image = await makeQuadrants({ width: 96, height: 64, format: 'avif', orientation: 1 })
    const entry = Buffer.from(image).indexOf(Buffer.from([0x12, 0x01, 3, 0, 1, 0, 0, 0, 1, 0]))
    expect(entry).toBeGreaterThan(0)
    image[entry + 8] = 6
    expect(await inspect(image, 'avif')).toMatchObject({ width: 96, height: 64 })
  })
})

describe('what is refused', () => {
  /** Bytes at the end that a file cannot be without: a JPEG, a GIF and a PNG are complete without their end. */
  const endings = { jpeg: 3, png: 13, gif: 2, webp: 2, avif: 1 } as const
  const cuts = (whole: Uint8Array, format: PhotoFormat) =>
    [0.1, 0.5, 0.95, 1 - endings[format] / whole.length].map((part) => Math.round(whole.length * part))

  test.for(photoFormats)(
    'B119 a %s cut at a tenth, half, 95 hundredths, or in its last pixels',
    async (format) => {
      const whole = await makeImage({ width: 320, height: 240, format })
      for (const length of cuts(whole, format))
        await expect(inspect(whole.subarray(0, length), format)).rejects.toMatchObject({
          code: 'UNREADABLE_IMAGE',
        })
    },
  )

  test.for([
    { format: 'jpeg', progressive: true },
    { format: 'png', progressive: true },
    { format: 'gif', frames: 6 },
    { format: 'webp', frames: 6 },
  ] as const)('B119 an image cut short, made with %o', async (options) => {
    const whole = await makeImage({ width: 160, height: 120, ...options })
    await expect(inspect(whole, options.format)).resolves.toMatchObject({ width: 160 })
    for (const length of cuts(whole, options.format))
      await expect(inspect(whole.subarray(0, length), options.format)).rejects.toMatchObject({
        code: 'UNREADABLE_IMAGE',
      })
  })

  test('B119 a progressive JPEG cut between any two of its scans', async () => {
    const progressive = await makeImage({ width: 64, height: 48, format: 'jpeg', progressive: true })
    const scans = [
      ...Buffer.from(progressive)
        .toString('latin1')
        .matchAll(/\xff\xda/g),
    ].map(({ index }) => index)
    expect(scans.length).toBeGreaterThan(5)
    for (const length of scans)
      await expect(inspect(progressive.subarray(0, length), 'jpeg')).rejects.toMatchObject({
        code: 'UNREADABLE_IMAGE',
      })
  })

  test('B119 a PNG cut between any two of its chunks', async () => {
    const sharp = await loadSharp()
    const noise = Buffer.from(Array.from({ length: 200 * 200 * 3 }, (_, at) => (at * 7919) % 251))
    const raw = { width: 200, height: 200, channels: 3 } as const
    const png = await sharp(noise, { raw }).png({ compressionLevel: 0 }).toBuffer()
    const chunks = [...png.toString('latin1').matchAll(/IDAT/g)].map(({ index }) => index - 4)
    expect(chunks.length).toBeGreaterThan(5)
    for (const length of [chunks[0], chunks[1], chunks.at(-1)])
      await expect(inspect(png.subarray(0, length), 'png')).rejects.toMatchObject({
        code: 'UNREADABLE_IMAGE',
      })
  })

  test.for([
    ['a JPEG without its end marker', { format: 'jpeg' }, 2],
    ['a JPEG with half its end marker', { format: 'jpeg' }, 1],
    ['a progressive JPEG without its end marker', { format: 'jpeg', progressive: true }, 2],
    ['a PNG without its last chunk', { format: 'png' }, 12],
    ['a PNG without a part of its last chunk', { format: 'png' }, 5],
    ['a PNG in passes without its last chunk', { format: 'png', progressive: true }, 12],
    ['a GIF without its trailer', { format: 'gif' }, 1],
    ['an animated GIF without its trailer', { format: 'gif', frames: 3 }, 1],
  ] as const)('I-10 %s is whole: every block is there', async ([, options, missing]) => {
    const whole = await makeImage({ width: 160, height: 120, ...options })
    const found = await inspect(whole.subarray(0, -missing), options.format)
    expect(found).toEqual(await inspect(whole, options.format))
  })

  test.for(['miaf', 'MA1B', 'abcd'])('I-17 an AVIF whose major brand is %s', async (brand) => {
    const image = await makeImage({ width: 32, height: 24, format: 'avif' })
    const branded = Buffer.from(image)
    branded.write(brand, 8, 'latin1')
    expect(await inspect(branded, 'avif')).toEqual(await inspect(image, 'avif'))
  })

  const trailer = Buffer.from('\0\0\x01\x0a\x0e\0\0\0Image_UTC_Data1405265812345SEFH', 'latin1')

  test('I-09 a JPEG with a trailer in place of its end marker is whole', async () => {
    const whole = await makeImage({ width: 160, height: 120, format: 'jpeg' })
    const found = await inspect(Buffer.concat([whole.subarray(0, -2), trailer]), 'jpeg')
    expect(found).toEqual(await inspect(whole, 'jpeg'))
  })

  test('I-09 a progressive JPEG with a trailer in place of its end marker may lack coefficients', async () => {
    const whole = await makeImage({ width: 160, height: 120, format: 'jpeg', progressive: true })
    const changed = Buffer.concat([whole.subarray(0, -2), trailer])
    await expect(inspect(changed, 'jpeg')).rejects.toMatchObject({ code: 'UNREADABLE_IMAGE' })
  })

  test.for(photoFormats)('B106 a %s with bytes after its end is accepted', async (format) => {
    const image = await makeImage({ width: 32, height: 24, format })
    const longer = Buffer.concat([image, Buffer.from('<?php echo 1; ?>PK\x03\x04 and more of the same')])
    await expect(inspect(longer, format)).resolves.toMatchObject({ width: 32, height: 24 })
  })

  test.for(photoFormats)('B102 the first bytes of a %s with HTML after them', async (format) => {
    const image = await makeImage({ width: 8, height: 8, format })
    const html = Buffer.from('<html><script>alert(1)</script></html>'.repeat(20))
    await expect(inspect(Buffer.concat([image.subarray(0, 16), html]), format)).rejects.toMatchObject({
      code: 'UNREADABLE_IMAGE',
    })
  })

  test('B107 B110 bytes that are another format than announced, SVG among them', async () => {
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><rect/></svg>')
    const png = await makeImage({ width: 8, height: 8, format: 'png' })
    for (const [bytes, format] of [
      [svg, 'png'],
      [svg, 'jpeg'],
      [png, 'jpeg'],
      [png, 'webp'],
      [png, 'avif'],
      [new Uint8Array(), 'jpeg'],
    ] as const)
      await expect(inspect(bytes, format)).rejects.toMatchObject({ code: 'UNREADABLE_IMAGE' })
  })

  test('B155 the message says what is wrong, and the native text is only in the cause', async () => {
    const whole = await makeImage({ width: 64, height: 64, format: 'png' })
    const damaged = whole.with(whole.length >> 1, (whole[whole.length >> 1] ?? 0) ^ 255)
    const error: unknown = await inspect(damaged, 'png').catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({
      code: 'UNREADABLE_IMAGE',
      message: 'The PNG is damaged or incomplete and cannot be decoded',
      cause: expect.any(Error),
    })
    await expect(inspect(whole.subarray(0, -20), 'png')).rejects.toThrow(
      'The PNG ends too early and cannot be decoded',
    )
  })
})
