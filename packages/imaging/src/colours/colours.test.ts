import { renditionFormats } from '@tintype/contract'
import { thumbHashToAverageRGBA } from 'thumbhash'
import { describe, expect, test } from 'vitest'
import { inspectImage } from '../pixels/inspect-image.ts'
import { loadSharp } from '../pixels/load-sharp.ts'
import { renderImage } from '../pixels/render-image.ts'
import { addAvifProperty } from '../testing/add-avif-property.ts'
import { narrowGreyAvif, p3Avif } from '../testing/avif-samples.ts'
import { makeImage, makeQuadrants, thumbnailTarget } from '../testing/index.ts'
import {
  colourChunks,
  makeColouredPng,
  meanDifference,
  readColours,
  withCodePoints,
} from '../testing/make-coloured.ts'
import { makeIccProfile } from '../testing/make-icc-profile.ts'
import { makeJpegSegment } from '../testing/make-jpeg-segment.ts'
import { makePngChunk } from '../testing/make-png-chunk.ts'
import { shown, stored } from '../testing/shown-by-chromium.ts'

const limits = { maxPixels: 1e8, maxAvifPixels: 5e7, maxSide: 30_000, maxFrames: 1000 }

/** Primaries of sRGB and Display P3 adapted to D50, as their published profiles have them. */
const srgbXyz = [
  [0.4361, 0.2225, 0.0139],
  [0.3851, 0.7169, 0.0971],
  [0.1431, 0.0606, 0.7141],
] as const
const p3Xyz = [
  [0.5151, 0.2412, -0.0011],
  [0.292, 0.6922, 0.0419],
  [0.1571, 0.0666, 0.7841],
] as const
const p3Chromaticities = [31_270, 32_900, 68_000, 32_000, 26_500, 69_000, 15_000, 6000]

const { gamma, chromaticities, srgb, codes, light, display, profile } = colourChunks
const linearIcc = makeIccProfile({ exponent: 1, primaries: srgbXyz })
const linearProfile = profile(linearIcc)
const wideProfile = profile(makeIccProfile({ exponent: 2.2, primaries: p3Xyz }))
const damagedProfile = makePngChunk('iCCP', Buffer.from('test\0\0no zlib'))

/** The linear profile with another text of four characters at an offset of its header. */
function changeIcc(text: string, offset: number): Buffer {
  const changed = Buffer.from(linearIcc)
  changed.write(text, offset, 'latin1')
  return changed
}

const descriptions: readonly (readonly [string, readonly Uint8Array[], keyof typeof shown])[] = [
  ['nothing', [], 'srgb'],
  ['sRGB', [srgb()], 'srgb'],
  ['I-15 gAMA of 1', [gamma(100_000)], 'linear'],
  ['gAMA of 1.8', [gamma(55_556)], 'gamma 1.8'],
  ['gAMA of 2.2', [gamma(45_455)], 'srgb'],
  ['gAMA and cHRM', [gamma(45_455), chromaticities(...p3Chromaticities)], 'gamma 2.2 of P3'],
  ['cHRM alone, which says nothing', [chromaticities(...p3Chromaticities)], 'srgb'],
  ['gAMA and an impossible cHRM', [gamma(100_000), chromaticities(0, 0, 0, 0, 0, 0, 0, 0)], 'linear'],
  ['cICP of P3', [codes(12, 13)], 'p3'],
  ['cICP of linear light', [codes(1, 8)], 'linear'],
  ['cICP of BT.709', [codes(1, 1)], 'bt709 in a PNG'],
  ['cICP of HLG', [codes(9, 18)], 'hlg'],
  ['cICP of xvYCC', [codes(1, 11)], 'bt709 in a PNG'],
  ['cICP of PQ', [codes(9, 16)], 'pq'],
  ['cICP of PQ and P3', [codes(12, 16)], 'pq of P3'],
  ['cICP of PQ, with cLLI below white', [codes(9, 16), light(100)], 'pq up to 100 cd/m²'],
  ['cICP of PQ, with cLLI before mDCV', [codes(9, 16), light(400), display(4000)], 'pq up to 400 cd/m²'],
  ['cICP of PQ, with mDCV', [codes(9, 16), light(0), display(4000)], 'pq up to 4000 cd/m²'],
  ['cICP of a transfer that is not known', [codes(12, 99)], 'srgb'],
  ['cICP of primaries that are not known', [codes(2, 16)], 'srgb'],
  ['cICP that is not known, before ICC', [linearProfile, codes(2, 16)], 'linear'],
  ['cICP in limited range, which is ignored', [codes(12, 13, 0, 0)], 'srgb'],
  ['I-02 ICC, linear', [linearProfile], 'linear'],
  ['ICC of P3 at 2.2', [wideProfile], 'gamma 2.2 of P3'],
  ['cICP before ICC', [linearProfile, codes(12, 13)], 'p3'],
  ['cICP of sRGB before ICC', [linearProfile, codes(1, 13)], 'srgb'],
  ['ICC before gAMA', [gamma(55_556), linearProfile], 'linear'],
  ['ICC that is not zlib', [damagedProfile], 'srgb'],
  ['ICC that is not zlib, and gAMA', [damagedProfile, gamma(100_000)], 'linear'],
  ['ICC that is cut short, and gAMA', [profile(linearIcc.subarray(0, 300)), gamma(55_556)], 'gamma 1.8'],
  ['ICC without its signature, and gAMA', [profile(changeIcc('none', 36)), gamma(55_556)], 'gamma 1.8'],
  ['ICC of grey, before gAMA', [profile(makeIccProfile({ exponent: 1 })), gamma(55_556)], 'srgb'],
  ['ICC of CMYK', [profile(changeIcc('CMYK', 16))], 'srgb'],
  ['sRGB before gAMA', [srgb(), gamma(100_000)], 'srgb'],
]

/** Mean differences that are no more than the format's own, which sRGB has too. */
const tolerance = { png: 1, webp: 2, jpg: 2, avif: 3.5 }

describe.for(descriptions)('a PNG whose colours are named by %s', ([, chunks, name]) => {
  test.for([
    [8, false],
    [8, true],
    [16, false],
    [16, true],
  ] as const)('at %d bits, alpha %j, is rendered as browsers show it', async ([depth, alpha]) => {
    const image = await makeColouredPng({ colours: stored, depth, alpha, chunks })
    const options = { format: 'png', limits, thumbnail: thumbnailTarget } as const
    const { thumbnail } = await inspectImage(image, options)
    expect(meanDifference(await readColours(thumbnail.bytes, stored.length), shown[name])).toBeLessThan(2)
    for (const format of renditionFormats) {
      const target = { width: 5000, fit: 'inside', format, quality: 95 } as const
      const { bytes } = await renderImage(image, { target, limits })
      const mean = meanDifference(await readColours(bytes, stored.length), shown[name])
      expect(mean, format).toBeLessThan(tolerance[format])
    }
  })
})

test.for([
  ['jpeg', { quality: 100, chromaSubsampling: '4:4:4' }],
  ['webp', { lossless: true }],
  ['avif', { lossless: true, chromaSubsampling: '4:4:4' }],
  ['avif', { lossless: true, chromaSubsampling: '4:4:4', bitdepth: 10 }],
] as const)('the ICC of a %s is applied as browsers do, with %j', async ([format, options]) => {
  const sharp = await loadSharp()
  for (const [chunk, name] of [
    [linearProfile, 'linear'],
    [wideProfile, 'gamma 2.2 of P3'],
  ] as const) {
    const png = await makeColouredPng({ colours: stored, depth: 8, chunks: [chunk] })
    const image = await sharp(png).keepIccProfile().toFormat(format, options).toBuffer()
    const target = { width: 5000, fit: 'inside', format: 'png' } as const
    const { bytes } = await renderImage(image, { target, limits })
    expect(meanDifference(await readColours(bytes, stored.length), shown[name]), name).toBeLessThan(2)
  }
})

describe('an AVIF whose colours are named by code points', () => {
  test.for<[number, number, keyof typeof shown]>([
    [1, 13, 'srgb'],
    [2, 2, 'srgb'],
    [1, 1, 'srgb'],
    [12, 13, 'p3'],
    [1, 8, 'linear'],
    [9, 14, 'bt2020 in an AVIF'],
    [5, 5, 'bt470'],
    [11, 17, 'dci'],
    [9, 18, 'hlg'],
  ])('I-03 %d and %d is rendered as browsers show it', async ([primaries, transfer, name]) => {
    const sharp = await loadSharp()
    for (const [bitdepth, alpha] of [
      [8, false],
      [10, true],
    ] as const) {
      const png = await makeColouredPng({ colours: stored, depth: 8, alpha, chunks: [] })
      const options = { lossless: true, chromaSubsampling: '4:4:4', bitdepth } as const
      const image = withCodePoints(await sharp(png).avif(options).toBuffer(), primaries, transfer)
      const { thumbnail } = await inspectImage(image, { format: 'avif', limits, thumbnail: thumbnailTarget })
      expect(meanDifference(await readColours(thumbnail.bytes, stored.length), shown[name])).toBeLessThan(2)
      for (const format of renditionFormats) {
        const target = { width: 5000, fit: 'inside', format, quality: 95 } as const
        const { bytes } = await renderImage(image, { target, limits })
        const mean = meanDifference(await readColours(bytes, stored.length), shown[name])
        expect(mean, `${bitdepth} bits, ${format}`).toBeLessThan(tolerance[format])
      }
    }
  })

  const render = async (image: Uint8Array) => {
    const target = { width: 5000, fit: 'inside', format: 'png' } as const
    return (await renderImage(image, { target, limits })).bytes
  }

  test('and which is grey in limited range has its black and its white', async () => {
    expect(await readColours(await render(narrowGreyAvif), 4)).toEqual(
      [0, 56, 130, 255].map((grey) => [grey, grey, grey]),
    )
  })

  test('and whose unspecified box has another range than AV1, has the range of the box', async () => {
    const sharp = await loadSharp()
    const image = Buffer.from(p3Avif)
    const codes = image.indexOf('colrnclx') + 8
    const read = async (matrix: number, range: number) => {
      image.set([0, 2, 0, 2, 0, matrix, range], codes)
      return await sharp(await render(image))
        .raw()
        .toBuffer()
    }
    // BT.601 is what viewers take for unspecified
    expect(await read(2, 0x80)).toEqual(await read(6, 0x80))
    expect(await read(2, 0)).toEqual(await read(6, 0))
    expect(await read(2, 0)).not.toEqual(await read(2, 0x80))
  })

  test('I-03 by AV1 alone is rendered as browsers show it', async () => {
    const image = Buffer.from(p3Avif)
    image.write('skip', image.indexOf('colrnclx'), 'latin1')
    for (const one of [p3Avif, image])
      expect(meanDifference(await readColours(await render(one), stored.length), shown.p3)).toBeLessThan(1)
  })

  test('I-04 with `clli` is tone mapped for the light that it has', async () => {
    const sharp = await loadSharp()
    const png = await makeColouredPng({ colours: stored, depth: 8, chunks: [] })
    const avif = await sharp(png).avif({ lossless: true, chromaSubsampling: '4:4:4' }).toBuffer()
    const clli = Buffer.from([0, 0, 0, 12, ...Buffer.from('clli'), 400 >> 8, 400 & 255, 0, 100])
    const image = addAvifProperty(withCodePoints(avif, 9, 16), clli)
    const colours = await readColours(await render(image), stored.length)
    expect(meanDifference(colours, shown['pq up to 400 cd/m²'])).toBeLessThan(1)
  })
})

test('the placeholder has the colours that browsers show', async () => {
  const placeholderOf = async (image: Uint8Array) => {
    const found = await inspectImage(image, { format: 'png', limits, thumbnail: thumbnailTarget })
    const { r, g, b } = thumbHashToAverageRGBA(Buffer.from(found.placeholder, 'base64'))
    return [r * 255, g * 255, b * 255] as const
  }
  for (const [chunk, name] of [
    [gamma(100_000), 'linear'],
    [codes(12, 13), 'p3'],
    [codes(9, 18), 'hlg'],
  ] as const) {
    const named = await makeColouredPng({ colours: stored, depth: 8, chunks: [chunk] })
    const plain = await makeColouredPng({ colours: shown[name], depth: 8, chunks: [] })
    expect(meanDifference([await placeholderOf(named)], [await placeholderOf(plain)]), name).toBeLessThan(2)
  }
})

test('of a JPEG with a gain map the base is rendered', async () => {
  const base = await makeQuadrants({ width: 96, height: 64, format: 'jpeg' })
  const gainMap = await makeImage({ width: 48, height: 32, format: 'jpeg' })
  const image = Buffer.concat([
    base.subarray(0, 2),
    makeJpegSegment(
      0xe1,
      'http://ns.adobe.com/xap/1.0/\0<rdf:Description hdrgm:Version="1.0" hdrgm:GainMapMax="3"/>',
    ),
    makeJpegSegment(0xe2, 'MPF\0MM\0*\0\0\0\x08\0\0'),
    base.subarray(2),
    gainMap,
  ])
  const render = async (one: Uint8Array) =>
    (await renderImage(one, { target: { width: 96, fit: 'inside', format: 'png' }, limits })).bytes
  expect(await render(image)).toEqual(await render(base))
})

test('a cropped rendition of described colours has its size and its colours', async () => {
  const image = await makeColouredPng({ colours: [[128, 128, 128]], depth: 16, chunks: [gamma(100_000)] })
  const target = { width: 7, height: 4, fit: 'cover', format: 'png' } as const
  const rendered = await renderImage(image, { target, limits })
  expect(rendered).toMatchObject({ width: 7, height: 4 })
  const sharp = await loadSharp()
  const [red] = await sharp(rendered.bytes).raw().toBuffer()
  expect(Math.abs((red ?? 0) - 188)).toBeLessThanOrEqual(1)
})
