import { expect, test } from 'vitest'
import { loadSharp } from '../pixels/load-sharp.ts'
import { renderImage } from '../pixels/render-image.ts'
import { profiledGreyAvif } from '../testing/avif-samples.ts'
import { colourChunks, makeColouredPng, meanDifference, readColours } from '../testing/make-coloured.ts'
import { makeIccProfile } from '../testing/make-icc-profile.ts'
import { makeJpegSegment } from '../testing/make-jpeg-segment.ts'
import { makePngChunk } from '../testing/make-png-chunk.ts'

const limits = { maxPixels: 1e8, maxAvifPixels: 5e7, maxSide: 30_000, maxFrames: 1000 }

/** Primaries of sRGB adapted to D50, as its published profile has them. */
const srgbXyz = [
  [0.4361, 0.2225, 0.0139],
  [0.3851, 0.7169, 0.0971],
  [0.1431, 0.0606, 0.7141],
] as const

const { gamma, profile } = colourChunks
const damagedProfile = makePngChunk('iCCP', Buffer.from('test\0\0no zlib'))
const greys = [
  [128, 128, 128],
  [64, 64, 64],
  [200, 200, 200],
] as const
const expected = greys.map(([grey]) => showGamma(grey))
const greyProfile = makeIccProfile({ exponent: 1.8 })
const rgbProfile = makeIccProfile({ exponent: 1.8, primaries: srgbXyz })

function showGamma(grey: number) {
  const light = (grey / 255) ** 1.8
  const value = Math.round(255 * (light <= 0.0031308 ? light * 12.92 : 1.055 * light ** (1 / 2.4) - 0.055))
  return [value, value, value] as const
}

const render = async (image: Uint8Array) =>
  (await renderImage(image, { target: { width: 5000, fit: 'inside', format: 'png' }, limits })).bytes

test.for([
  [8, 'ICC', false],
  [16, 'ICC', false],
  [8, 'ICC', true],
  [16, 'ICC', true],
  [8, 'ICC of RGB', false],
  [16, 'ICC of RGB', false],
  [8, 'ICC of RGB', true],
  [16, 'ICC of RGB', true],
  [8, 'gAMA', false],
  [16, 'gAMA', true],
  [16, 'gAMA and damaged ICC', false],
] as const)('a grey PNG at %d bits, described by %s, alpha %j', async ([depth, description, alpha]) => {
  const chunks = {
    ICC: [profile(greyProfile)],
    'ICC of RGB': [profile(rgbProfile), gamma(100_000)],
    gAMA: [gamma(55_556)],
    'gAMA and damaged ICC': [damagedProfile, gamma(55_556)],
  }[description]
  const image = await makeColouredPng({ colours: greys, depth, alpha, isGrey: true, chunks })
  expect(meanDifference(await readColours(await render(image), greys.length), expected)).toBeLessThan(1)
})

test.for([
  ['grey', greyProfile],
  ['RGB', rgbProfile],
] as const)('a grey JPEG with ICC of %s', async ([, icc]) => {
  const sharp = await loadSharp()
  const png = await makeColouredPng({ colours: greys, depth: 8, isGrey: true, chunks: [] })
  const jpeg = await sharp(png).toColourspace('b-w').jpeg({ quality: 100 }).toBuffer()
  const data = Buffer.concat([Buffer.from('ICC_PROFILE\0\x01\x01', 'latin1'), icc])
  const image = Buffer.concat([jpeg.subarray(0, 2), makeJpegSegment(0xe2, data), jpeg.subarray(2)])
  expect(meanDifference(await readColours(await render(image), greys.length), expected)).toBeLessThan(1)
})

test('a grey AVIF with ICC of grey', async () => {
  const sharp = await loadSharp()
  const squares = sharp(await render(profiledGreyAvif)).resize(96, 16, { fit: 'fill' })
  const colours = await readColours(await squares.png().toBuffer(), 6)
  expect(meanDifference(colours, [10, 64, 128, 200, 250, 90].map(showGamma))).toBeLessThan(1)
})
