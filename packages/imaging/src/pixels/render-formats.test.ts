import { describe, expect, test } from 'vitest'
import type { ImageSource } from '../image.ts'
import {
  canaries,
  cornerColours,
  cornerDistance,
  decodePixels,
  makeGpsJpeg,
  makeImage,
  makeQuadrants,
  quadrantColours,
} from '../testing/index.ts'
import type { MakeImageOptions } from '../testing/make-image.ts'
import { loadSharp } from './load-sharp.ts'
import { renderFormats } from './render-formats.ts'
import { renderImage } from './render-image.ts'

const limits = { maxPixels: 1e8, maxAvifPixels: 5e7, maxSide: 32_767, maxFrames: 1000 }

/** Makes one WebP. */
async function renderWebp(image: ImageSource, width: number) {
  const [webp] = await renderFormats(image, { target: { width, formats: ['webp'] }, limits })
  return webp?.bytes ?? new Uint8Array()
}

describe('one width in several formats', () => {
  const kinds: readonly Partial<MakeImageOptions>[] = [
    { format: 'jpeg' },
    { format: 'jpeg', colours: 'grey' },
    { format: 'jpeg', colours: 'cmyk' },
    { format: 'jpeg', colours: 'p3' },
    { format: 'png', colours: 'rgb16', alpha: true },
    { format: 'png', colours: 'palette', alpha: true },
    { format: 'png', colours: 'p3' },
    { format: 'webp' },
    { format: 'gif' },
    { format: 'avif' },
  ]
  test.for(kinds)('has the bytes of each format alone, in their order: %o', async (kind) => {
    const image = await makeImage({ width: 420, height: 280, format: 'jpeg', ...kind })
    const formats = ['avif', 'webp'] as const
    for (const width of [160, 420, 500]) {
      const rendered = await renderFormats(image, { target: { width, formats }, limits })
      const alone = formats.map((format) =>
        renderImage(image, { target: { width, fit: 'inside', format }, limits }),
      )
      expect(rendered).toEqual(await Promise.all(alone))
    }
  })

  test('B132 B151 is upright and without metadata', async () => {
    const sharp = await loadSharp()
    for (const orientation of [1, 3, 6, 8]) {
      const image = await makeQuadrants({ width: 96, height: 64, format: 'jpeg', orientation })
      const bytes = await renderWebp(image, 48)
      expect(cornerDistance(await cornerColours(bytes), quadrantColours)).toBeLessThan(12)
      expect((await sharp(bytes).metadata()).orientation).toBeUndefined()
    }
    const bytes = await renderWebp(await makeGpsJpeg(), 80)
    const { exif, xmp, iptc, icc } = await sharp(bytes).metadata()
    expect({ exif, xmp, iptc, icc }).toEqual({})
    for (const text of canaries) expect(Buffer.from(bytes).includes(text)).toBe(false)
  })

  test('B137 keeps transparency', async () => {
    const image = await makeImage({ width: 64, height: 48, format: 'png', alpha: true })
    const { data } = await decodePixels(await renderWebp(image, 32))
    expect(data[3]).toBeLessThan(60)
    expect(data[31 * 4 + 3]).toBe(255)
  })
})

test('B119 an original that is cut off is refused, and limits hold', async () => {
  const image = await makeImage({ width: 200, height: 150, format: 'jpeg' })
  const target = { width: 20, formats: ['webp'] } as const
  const cut = renderFormats(image.subarray(0, image.length >> 1), { target, limits })
  await expect(cut).rejects.toMatchObject({ code: 'UNREADABLE_IMAGE' })
  const tooMany = renderFormats(image, { target, limits: { ...limits, maxPixels: 29_999 } })
  await expect(tooMany).rejects.toMatchObject({ code: 'TOO_MANY_PIXELS' })
})
