import { renditionFits, renditionFormats } from '@tintype/contract'
import { describe, expect, test } from 'vitest'
import { renditionSize } from '../fit-box.ts'
import type { ImageLimits, ImageSource, RenderTarget } from '../image.ts'
import {
  canaries,
  cornerColours,
  cornerDistance,
  decodePixels,
  hammingDistance,
  makeGpsJpeg,
  makeImage,
  makeQuadrants,
  perceptualHash,
  quadrantColours,
  thumbnailTarget,
} from '../testing/index.ts'
import { inspectImage } from './inspect-image.ts'
import { loadSharp } from './load-sharp.ts'
import { renderImage, renderRaw } from './render-image.ts'

const limits: ImageLimits = { maxPixels: 1e8, maxAvifPixels: 5e7, maxSide: 32_767, maxFrames: 1000 }

const render = (source: ImageSource, target: Partial<RenderTarget>) =>
  renderImage(source, { target: { fit: 'inside', format: 'webp', ...target }, limits })

describe('a picture that is longer than a format can hold', () => {
  test.for(renditionFormats)('I-01 becomes a %s of the largest size that it can', async (format) => {
    const image = await makeImage({ width: 40, height: 17_000, format: 'png' })
    const height = { webp: 16_383, avif: 16_384, jpg: 17_000, png: 17_000 }[format]
    const rendered = await renderImage(image, { target: { width: 320, fit: 'inside', format }, limits })
    expect(rendered).toMatchObject({ height })
    expect(Math.abs(rendered.width - (40 * height) / 17_000)).toBeLessThan(1)
  })
})

describe('renderImage', () => {
  test.for(renditionFormats)('makes a %s that looks like the original', async (format) => {
    const image = await makeImage({ width: 640, height: 480, format: 'jpeg' })
    const made = await render(image, { width: 200, format })
    expect(made).toMatchObject({ width: 200, height: 150, format })
    const decoded = await decodePixels(made.bytes)
    expect([decoded.width, decoded.height]).toEqual([200, 150])
    const distance = hammingDistance(await perceptualHash(image), await perceptualHash(made.bytes))
    expect(distance).toBeLessThan(10)
    expect(structuredClone(made)).toEqual(made)
  })

  test('an upload has the thumbnail that is rendered from its original', async () => {
    const image = await makeImage({ width: 900, height: 600, format: 'jpeg' })
    const { thumbnail } = await inspectImage(image, { format: 'jpeg', limits, thumbnail: thumbnailTarget })
    expect(thumbnail).toEqual(await render(image, thumbnailTarget))
  })

  const boxes = [
    { width: 300, height: 300 },
    { width: 50, height: 20 },
    { width: 20, height: 50 },
    { width: 4000, height: 10 },
    { width: 77 },
    { height: 1 },
    {},
  ]
  test.for(renditionFits)('B140 B141 %s has the size that was planned, never enlarged', async (fit) => {
    for (const size of [
      { width: 120, height: 80 },
      { width: 1, height: 90 },
      { width: 1, height: 1 },
    ])
      for (const box of boxes) {
        const image = await makeImage({ ...size, format: 'png' })
        const made = await render(image, { ...box, fit, format: 'png' })
        const { width, height } = renditionSize(size, { ...box, fit })
        expect(made).toMatchObject({ width, height })
        const decoded = await decodePixels(made.bytes)
        expect([decoded.width, decoded.height]).toEqual([width, height])
      }
  })

  test('cover cuts both sides evenly, contain pads both sides evenly', async () => {
    const image = await makeQuadrants({ width: 200, height: 100, format: 'png' })
    const covered = await render(image, { width: 50, height: 50, fit: 'cover', format: 'png' })
    expect(cornerDistance(await cornerColours(covered.bytes), quadrantColours)).toBeLessThan(5)
    const contained = await render(image, { width: 100, height: 100, fit: 'contain', format: 'png' })
    const { data } = await decodePixels(contained.bytes)
    const pixel = (x: number, y: number) => [...data.subarray((y * 100 + x) * 4, (y * 100 + x) * 4 + 4)]
    expect([pixel(50, 5)[3], pixel(50, 94)[3]]).toEqual([0, 0])
    expect(pixel(10, 30)).toEqual([...quadrantColours.topLeft, 255])
    const onWhite = await render(image, { width: 100, height: 100, fit: 'contain', format: 'jpg' })
    const white = (await decodePixels(onWhite.bytes)).data.subarray(0, 3)
    expect(Math.min(...white)).toBeGreaterThan(250)
  })

  test('B137 transparency is kept, and laid on white in a JPEG', async () => {
    const image = await makeImage({ width: 64, height: 48, format: 'png', alpha: true })
    for (const format of ['webp', 'png', 'avif'] as const) {
      const { data } = await decodePixels((await render(image, { width: 32, format })).bytes)
      expect(data[3]).toBeLessThan(60)
      expect(data[31 * 4 + 3]).toBe(255)
    }
    const { data } = await decodePixels((await render(image, { width: 32, format: 'jpg' })).bytes)
    expect(Math.min(...data.subarray(0, 3))).toBeGreaterThan(225)
  })

  test('B142 the same arguments return the same bytes', async () => {
    const image = await makeImage({ width: 400, height: 300, format: 'jpeg' })
    for (const format of renditionFormats) {
      const target = { width: 160, height: 160, fit: 'cover', format } as const
      const [first, second] = await Promise.all([render(image, target), render(image, target)])
      expect(Buffer.compare(first.bytes, second.bytes)).toBe(0)
    }
  })

  test('quality makes lossy formats smaller, and a PNG stays as it is', async () => {
    const image = await makeImage({ width: 200, height: 150, format: 'jpeg' })
    const byteSize = async (target: Partial<RenderTarget>) => (await render(image, target)).bytes.length
    for (const format of ['webp', 'avif', 'jpg'] as const)
      expect(await byteSize({ format, quality: 20 })).toBeLessThan(await byteSize({ format, quality: 90 }))
    expect(await byteSize({ format: 'png', quality: 1 })).toBe(await byteSize({ format: 'png' }))
  })

  test('B119 B155 what cannot be decoded is UNREADABLE_IMAGE here too', async () => {
    const image = await makeImage({ width: 200, height: 150, format: 'jpeg' })
    const cut = render(image.subarray(0, image.length >> 1), { width: 50 })
    await expect(cut).rejects.toMatchObject({ code: 'UNREADABLE_IMAGE' })
    await expect(render({ path: '/no/such/image' }, {})).rejects.toMatchObject({
      code: 'INTERNAL',
      message: 'The stored image cannot be read',
    })
    await expect(render(Buffer.from('<svg/>'), {})).rejects.toMatchObject({ code: 'NOT_AN_IMAGE' })
  })

  test('raw pixels whose number does not match their size are INTERNAL', async () => {
    const raw = { data: new Uint8Array(10), width: 300, height: 300, channels: 3 } as const
    await expect(renderRaw(raw, thumbnailTarget)).rejects.toMatchObject({ code: 'INTERNAL' })
  })

  test('B122 limits hold here too', async () => {
    const image = await makeImage({ width: 50, height: 40, format: 'jpeg' })
    const tight = { ...limits, maxPixels: 1999 }
    await expect(
      renderImage(image, { target: { fit: 'inside', format: 'webp' }, limits: tight }),
    ).rejects.toMatchObject({ code: 'TOO_MANY_PIXELS' })
  })
})

describe('orientation', () => {
  const oriented = (['jpeg', 'png', 'webp'] as const).flatMap((format) =>
    [1, 2, 3, 4, 5, 6, 7, 8].map((orientation) => [format, orientation] as const),
  )

  test.for(oriented)(
    'B132 renditions of a %s with orientation %i are upright, without EXIF',
    async ([format, orientation]) => {
      const sharp = await loadSharp()
      const image = await makeQuadrants({ width: 96, height: 64, format, orientation })
      for (const fit of renditionFits) {
        const made = await render(image, { width: 48, height: 32, fit, format: 'png' })
        expect(made).toMatchObject({ width: 48, height: 32 })
        expect(cornerDistance(await cornerColours(made.bytes), quadrantColours)).toBeLessThan(12)
        expect((await sharp(made.bytes).metadata()).orientation).toBeUndefined()
      }
    },
  )
})

describe('colour', () => {
  test.for([
    ['jpeg', 'p3', 6],
    ['png', 'rgb16', 2],
    ['png', 'p3', 4],
    ['jpeg', 'cmyk', 40],
  ] as const)(
    'B135 B136 B137 a %s in %s becomes the same colours in sRGB',
    async ([format, colours, tolerance]) => {
      const plain = await render(await makeImage({ width: 64, height: 64, format: 'png' }), { format: 'png' })
      const made = await render(await makeImage({ width: 64, height: 64, format, colours }), {
        format: 'png',
      })
      const sharp = await loadSharp()
      const metadata = await sharp(made.bytes).metadata()
      expect(metadata).toMatchObject({ space: 'srgb', depth: 'uchar', channels: 3 })
      expect(metadata.icc).toBeUndefined()
      expect(
        meanDifference((await decodePixels(plain.bytes)).data, (await decodePixels(made.bytes)).data),
      ).toBeLessThan(tolerance)
    },
  )

  test('B136 a wide-gamut colour is converted, not relabelled', async () => {
    const sharp = await loadSharp()
    const p3 = await sharp({ create: { width: 8, height: 8, channels: 3, background: '#e04030' } })
      .withIccProfile('p3')
      .png()
      .toBuffer()
    const relabelled = await sharp(p3, { ignoreIcc: true }).raw().toBuffer()
    const { data } = await decodePixels((await render(p3, { format: 'png' })).bytes)
    expect(Math.abs((data[0] ?? 0) - 0xe0)).toBeLessThanOrEqual(2)
    expect(relabelled[0]).not.toBe(0xe0)
  })

  test('B137 palettes with alpha, greys and single pixels can be rendered in every format', async () => {
    const images = [
      await makeImage({ width: 20, height: 20, format: 'png', colours: 'palette', alpha: true }),
      await makeImage({ width: 20, height: 20, format: 'png', colours: 'grey', alpha: true }),
      await makeImage({ width: 20, height: 20, format: 'jpeg', colours: 'grey' }),
      await makeImage({ width: 1, height: 1, format: 'gif' }),
      await makeImage({ width: 20, height: 20, format: 'avif' }),
    ]
    for (const image of images)
      for (const format of renditionFormats) {
        const { bytes, width } = await render(image, { width: 10, height: 10, format })
        expect((await decodePixels(bytes)).width).toBe(width)
      }
  })
})

describe('metadata', () => {
  test.for(renditionFormats)('B151 B152 nothing of it is in a %s', async (format) => {
    const sharp = await loadSharp()
    const image = await makeGpsJpeg()
    const source = await sharp(image).metadata()
    expect(source.exif && source.xmp).toBeDefined()
    for (const canary of canaries) expect(Buffer.from(image).includes(canary)).toBe(true)

    const target = { ...thumbnailTarget, width: 80, format }
    const { thumbnail } = await inspectImage(image, { format: 'jpeg', limits, thumbnail: target })
    for (const made of [await render(image, target), thumbnail]) {
      const { exif, xmp, iptc, icc, orientation } = await sharp(made.bytes).metadata()
      expect({ exif, xmp, iptc, icc, orientation }).toEqual({})
      const bytes = Buffer.from(made.bytes)
      for (const text of [...canaries, 'Exif\0', 'http://ns.adobe.com', 'GPS', 'Photoshop'])
        expect(bytes.includes(text)).toBe(false)
    }
  })
})

function meanDifference(left: Uint8Array, right: Uint8Array): number {
  expect(left.length).toBe(right.length)
  let sum = 0
  for (const [index, value] of left.entries()) sum += Math.abs(value - (right[index] ?? 0))
  return sum / left.length
}
