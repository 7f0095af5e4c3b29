import { photoFormats } from '@tintype/contract'
import { describe, expect, test } from 'vitest'
import { readTakenAt } from '../metadata/taken-at.ts'
import { loadSharp } from '../pixels/load-sharp.ts'
import { renderImage } from '../pixels/render-image.ts'
import { addClap } from '../testing/add-clap.ts'
import { type MakeImageOptions, makeGpsJpeg, makeImage, makeQuadrants } from '../testing/index.ts'
import { readHeader } from './read-header.ts'

const limits = { maxPixels: 1e8, maxAvifPixels: 5e7, maxSide: 30_000, maxFrames: 1000 }

/** Expects the same result from our reader and the decoder's. */
async function expectAgreement(bytes: Uint8Array): Promise<void> {
  const sharp = await loadSharp()
  const { autoOrient, pages = 1, exif } = await sharp(bytes).metadata()
  const ours = readHeader(bytes, { limits })
  expect(ours).toMatchObject(autoOrient)
  expect(readTakenAt({ exif: ours.exif })).toBe(readTakenAt({ exif }))
  const tooMany = { width: autoOrient.width, height: autoOrient.height, frames: pages }
  const refuses = () => readHeader(bytes, { limits: { ...limits, maxPixels: 0 } })
  expect(refuses).toThrow(expect.objectContaining({ facts: expect.objectContaining(tooMany) }))
}

const kinds: readonly Partial<MakeImageOptions>[] = [
  { format: 'jpeg', progressive: true },
  { format: 'jpeg', colours: 'grey' },
  { format: 'jpeg', colours: 'cmyk' },
  { format: 'jpeg', colours: 'p3' },
  { format: 'png', progressive: true },
  { format: 'png', colours: 'palette' },
  { format: 'png', colours: 'rgb16', alpha: true },
  { format: 'png', colours: 'p3' },
  { format: 'webp', alpha: true },
  { format: 'webp', colours: 'p3' },
  { format: 'webp', frames: 5 },
  { format: 'gif', frames: 5 },
  { format: 'gif', alpha: true },
  { format: 'avif', alpha: true },
  { format: 'avif', colours: 'p3' },
  ...photoFormats.map((format) => ({ format })),
]

describe('our reader of headers and the decoder agree', () => {
  test.for(kinds)('about %j of any size', async (kind) => {
    for (const [width, height] of [
      [1, 1],
      [3, 2],
      [257, 300],
    ] as const)
      await expectAgreement(await makeImage({ format: 'jpeg', ...kind, width, height }))
  })

  test.for(photoFormats.filter((format) => format !== 'gif'))(
    'about a %s of any orientation',
    async (format) => {
      for (const orientation of [1, 2, 3, 4, 5, 6, 7, 8])
        await expectAgreement(await makeQuadrants({ width: 40, height: 24, format, orientation }))
    },
  )

  test('about lossless WebP', async () => {
    await expectAgreement(await makeQuadrants({ width: 41, height: 23, format: 'webp' }))
  })

  test('about dates, and a date in every format that has EXIF', async () => {
    const sharp = await loadSharp()
    const jpeg = await makeGpsJpeg()
    await expectAgreement(jpeg)
    for (const format of ['png', 'webp', 'avif'] as const) {
      const bytes = new Uint8Array(await sharp(jpeg).keepExif().toFormat(format).toBuffer())
      await expectAgreement(bytes)
      expect(readTakenAt(readHeader(bytes, { limits }))).not.toBeNull()
    }
  })

  test('about an AVIF that shows a part of itself', async () => {
    await expectAgreement(addClap(await makeImage({ width: 60, height: 40, format: 'avif' })))
  })

  test('about a GIF whose screen is its picture', async () => {
    await expectAgreement(await makeImage({ width: 60, height: 40, format: 'gif', frames: 2 }))
  })
})

describe('the canvas of a GIF', () => {
  test.for([
    ['I-11 larger than its picture', [640, 480], [640, 480]],
    ['wider than the decoder believes', [3000, 20], [3000, 40]],
    ['without a size', [0, 0], [60, 40]],
    ['smaller than its picture', [5, 5], [60, 40]],
    ['a little larger', [400, 300], [400, 300]],
  ] as const)('%s', async ([, screen, [width, height]]) => {
    const gif = Buffer.from(await makeImage({ width: 60, height: 40, format: 'gif', frames: 2 }))
    gif.writeUInt16LE(screen[0], 6)
    gif.writeUInt16LE(screen[1], 8)
    expect(readHeader(gif, { limits })).toMatchObject({ width, height })
    const pixels = await renderImage(gif, {
      target: { width: 4000, fit: 'inside', format: 'png' },
      limits,
    })
    expect(pixels).toMatchObject({ width, height })
    const sharp = await loadSharp()
    const { data, info } = await sharp(pixels.bytes).ensureAlpha().raw().toBuffer({ resolveWithObject: true })
    const alphaAt = (x: number, y: number) => data[(y * info.width + x) * 4 + 3]
    expect(alphaAt(59, 39)).toBe(255)
    if (width > 60) expect([alphaAt(60, 0), alphaAt(width - 1, height - 1)]).toEqual([0, 0])
  })
})
