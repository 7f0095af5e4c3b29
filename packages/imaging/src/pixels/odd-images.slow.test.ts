import { type PhotoFormat, photoFormats, renditionFormats } from '@tintype/contract'
import { describe, expect, test } from 'vitest'
import { identify } from '../formats/identify.ts'
import type { ImageLimits } from '../image.ts'
import {
  cornerColours,
  cornerDistance,
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
import { renderImage } from './render-image.ts'

const limits: ImageLimits = { maxPixels: 1e6, maxAvifPixels: 1e6, maxSide: 30_000, maxFrames: 1000 }

const inspect = (bytes: Uint8Array, format: PhotoFormat) =>
  inspectImage(bytes, { format, limits, thumbnail: thumbnailTarget })
const render = (bytes: Uint8Array, format: (typeof renditionFormats)[number]) =>
  renderImage(bytes, { target: { width: 100, fit: 'inside', format }, limits })

/** A picture without metadata; puts bytes in front of a marker of it. */
async function jpegWith(marker: number, inserted: Uint8Array): Promise<Uint8Array> {
  const image = Buffer.from(await makeQuadrants({ width: 96, height: 64, format: 'jpeg' }))
  const at = marker === 0xd9 ? image.length - 2 : image.indexOf(Buffer.of(0xff, marker))
  return Buffer.concat([image.subarray(0, at), inserted, image.subarray(at)])
}

describe('a whole picture', () => {
  const markers = { frame: 0xc0, codes: 0xc4, scan: 0xda, end: 0xd9 }

  test.for(Object.entries(markers))('B118 with junk bytes before its %s is accepted', async ([_, marker]) => {
    for (const junk of [Buffer.from('junk'), Buffer.alloc(20), Buffer.of(0xff, 0xff, 0xff)]) {
      const image = await jpegWith(marker, junk)
      expect(await inspect(image, 'jpeg')).toMatchObject({ width: 96, height: 64 })
      const { bytes } = await render(image, 'png')
      expect(cornerDistance(await cornerColours(bytes), quadrantColours)).toBeLessThan(12)
    }
  })

  test.for([
    { progressive: true },
    { chromaSubsampling: '4:4:4' },
    { chromaSubsampling: '4:2:0' },
    { mozjpeg: true },
    { progressive: true, optimiseScans: true, trellisQuantisation: true, overshootDeringing: true },
  ])('B138 in a JPEG made with %o, of odd sides too', async (options) => {
    const sharp = await loadSharp()
    for (const [width, height] of [
      [1, 1],
      [17, 13],
      [129, 255],
    ] as const) {
      const plain = await makeQuadrants({ width, height, format: 'png' })
      const image = await sharp(plain).jpeg(options).toBuffer()
      expect(await inspect(image, 'jpeg')).toMatchObject({ width, height })
      if (width < 9) continue
      const { bytes } = await render(image, 'png')
      expect(cornerDistance(await cornerColours(bytes), quadrantColours)).toBeLessThan(30)
    }
  })

  test('B138 in an interlaced PNG', async () => {
    const picture = { width: 129, height: 255, format: 'png' } as const
    const { bytes } = await render(await makeImage({ ...picture, progressive: true }), 'png')
    const { bytes: plain } = await render(await makeImage(picture), 'png')
    expect(hammingDistance(await perceptualHash(bytes), await perceptualHash(plain))).toBe(0)
  })
})

test('B148 a second picture in a file, after the first or in its metadata, is in no rendition', async () => {
  const first = Buffer.from(await makeGpsJpeg())
  const second = Buffer.from(await makeImage({ width: 40, height: 30, format: 'jpeg' }))
  const segment = (marker: number, data: Uint8Array) =>
    Buffer.concat([Buffer.of(0xff, marker, (data.length + 2) >> 8, (data.length + 2) & 255), data])
  const index = segment(0xe2, Buffer.concat([Buffer.from('MPF\0MM\0*\0\0\0\x08'), Buffer.alloc(60)]))
  const gainMap = segment(
    0xe1,
    Buffer.from('http://ns.adobe.com/xap/1.0/\0<x:xmpmeta hdrgm:Version="1.0" Item:Semantic="GainMap"/>'),
  )
  const thumbnail = segment(0xed, second)
  const all = Buffer.concat([first.subarray(0, 2), index, gainMap, thumbnail, first.subarray(2), second])
  expect(await inspect(all, 'jpeg')).toMatchObject({ width: 160, height: 120 })
  for (const format of renditionFormats) {
    const { bytes } = await render(all, format)
    const text = Buffer.from(bytes).toString('latin1')
    expect(text).not.toMatch(/MPF\0|hdrgm|GainMap|xmpmeta/)
    expect(text.indexOf('\xff\xd8\xff', 1)).toBe(-1)
    expect(text.includes(second.toString('latin1', 100, 140))).toBe(false)
  }
})

describe('a picture with flipped bits', () => {
  test.for(photoFormats)(
    'B120 is a %s that decodes to the same pixels each time, or is refused',
    async (format) => {
      const whole = await makeImage({ width: 60, height: 40, format })
      const others = [
        await makeImage({ width: 90, height: 90, format: 'png', colours: 'grey' }),
        await makeQuadrants({ width: 200, height: 100, format: 'jpeg' }),
      ] as const
      let decoded = 0
      let seed = 7
      for (let flip = 0; flip < 60; flip += 1) {
        seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
        const at = seed % whole.length
        const turned = whole.with(at, (whole[at] ?? 0) ^ (1 << (seed >>> 29)))
        if (identify(turned.subarray(0, 64)) !== format) continue
        const answers: unknown[] = []
        for (const other of others) {
          await inspect(other, identify(other) ?? 'png')
          answers.push(
            await inspect(turned, format).catch((error: { code?: string }) => {
              expect(['UNREADABLE_IMAGE', 'TOO_MANY_PIXELS', 'NOT_AN_IMAGE']).toContain(error.code)
              return error.code
            }),
          )
        }
        if (typeof answers[0] === 'object') decoded += 1
        // uninitialised memory, such as the last decoded picture, would make them differ
        expect(answers[1]).toEqual(answers[0])
      }
      expect(decoded > 0, 'only a PNG has checksums everywhere').toBe(format !== 'png')
    },
  )
})
