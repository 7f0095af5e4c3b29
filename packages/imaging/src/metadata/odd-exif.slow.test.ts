import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readHeader } from '../formats/read-header.ts'
import { createImaging, type Imaging } from '../imaging.ts'
import { loadSharp } from '../pixels/load-sharp.ts'
import { uprightSize } from '../pixels/upright-size.ts'
import { makeImage, thumbnailTarget, unhurried } from '../testing/index.ts'
import { makeExif, type OddExif, withExif } from '../testing/with-exif.ts'

const limits = { maxPixels: 1e8, maxAvifPixels: 5e7, maxSide: 30_000, maxFrames: 1000 }
const formats = ['jpeg', 'png', 'webp'] as const
const stored = { width: 40, height: 20 }

/** The size of the decoded and turned pixels, not the one that the decoder's metadata declares. */
async function decodedSize(bytes: Uint8Array) {
  const sharp = await loadSharp()
  const { info } = await sharp(bytes).autoOrient().raw().toBuffer({ resolveWithObject: true })
  return { width: info.width, height: info.height }
}

const odd: readonly OddExif[] = [
  ...[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 0].flatMap((type) => [
    { type },
    { type, order: 'MM' as const },
    { type, count: 0 },
    { type, order: 'MM' as const, count: 9 },
    { type, count: 10 },
    { type, value: 0x10006 },
  ]),
  { announced: 50 },
  { announced: 0 },
  { magic: 0 },
  { magic: 42 * 256 },
  { order: 'XX' },
]

describe('B132 odd EXIF has the same effect on our header and on the pixels', () => {
  test.for(formats)('in a %s, for every type, count and order', async (format) => {
    const image = await makeImage({ ...stored, format })
    for (const one of odd) {
      const bytes = withExif(image, format, makeExif(one))
      expect([one, pick(readHeader(bytes, { limits }))]).toEqual([one, await decodedSize(bytes)])
    }
  })

  test.for(formats)('in a %s, with each byte changed', async (format) => {
    const image = await makeImage({ ...stored, format })
    for (const order of ['II', 'MM'] as const) {
      const exif = makeExif({ order })
      for (let at = 0; at < exif.length; at += 1)
        for (const value of [0, 1, 6, 9, 42, 0x49, 0x4d, 0xff]) {
          const bytes = withExif(image, format, exif.with(at, value))
          expect([at, value, pick(readHeader(bytes, { limits }))]).toEqual([
            at,
            value,
            await decodedSize(bytes),
          ])
        }
    }
  })

  test.for(formats)('in a %s that is cut short in it, or begins as EXIF does in a JPEG', async (format) => {
    const image = await makeImage({ ...stored, format })
    const whole = Buffer.concat([makeExif({ announced: 2 }), Buffer.alloc(12, 1)])
    const pieces = Array.from(whole, (_, length) => whole.subarray(0, length))
    const preamble = Buffer.from('Exif\0\0')
    for (const exif of [
      ...pieces,
      Buffer.concat([preamble, whole]),
      Buffer.concat([preamble, preamble, whole]),
    ]) {
      const bytes = withExif(image, format, exif)
      expect([exif.length, pick(readHeader(bytes, { limits }))]).toEqual([
        exif.length,
        await decodedSize(bytes),
      ])
    }
  })
})

describe('B132 a photo with odd EXIF is not recorded sideways, nor its thumbnail squashed', () => {
  let imaging: Imaging
  beforeAll(() => {
    imaging = createImaging({ ...unhurried, limits, concurrency: 1, queueLength: 0 })
  })
  afterAll(() => imaging[Symbol.asyncDispose]())

  test.for([
    ['an orientation of four bytes', { order: 'MM', type: 4 }],
    ['an orientation of one byte', { order: 'MM', type: 1 }],
    ['more entries declared than present', { announced: 50 }],
    ['an orientation that is text', { type: 2 }],
    ['an orientation without a value', { count: 0 }],
    ['no mark of TIFF', { magic: 0 }],
  ] as const)('with %s', async ([_name, exif]) => {
    const image = await makeImage({ width: 400, height: 200, format: 'jpeg' })
    const bytes = withExif(image, 'jpeg', makeExif(exif))
    const size = await decodedSize(bytes)
    const { thumbnail, ...facts } = await imaging.inspect(bytes, 'jpeg', { thumbnail: thumbnailTarget })
    expect(facts).toMatchObject(size)
    expect(thumbnail.width / thumbnail.height).toBe(size.width / size.height)
    const target = { width: 100, height: 100, fit: 'inside', format: 'webp' } as const
    const rendered = await imaging.render(bytes, target)
    expect(rendered.width / rendered.height).toBe(size.width / size.height)
  })
})

test('B132 if there is EXIF, the size comes from the decoder that turns the pixels', async () => {
  const image = await makeImage({ width: 400, height: 200, format: 'jpeg' })
  const bytes = withExif(image, 'jpeg', makeExif())
  const misread = { ...readHeader(bytes, { limits }), width: 400, height: 200 }
  expect(await uprightSize(bytes, misread)).toEqual({ width: 200, height: 400 })
})

function pick({ width, height }: { readonly width: number; readonly height: number }) {
  return { width, height }
}
