import { mkdtempDisposable, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { renditionSize } from '../fit-box.ts'
import type { ImageSource, RenderTarget, Size } from '../image.ts'
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
import { decodeToFile } from './decode-to-file.ts'
import { loadSharp } from './load-sharp.ts'
import { renderImage } from './render-image.ts'

const limits = { maxPixels: 1e8, maxAvifPixels: 5e7, maxSide: 32_767, maxFrames: 1000 }
const webp = { fit: 'inside', format: 'webp' } as const

/** Decodes an image to a size. */
async function decode(image: ImageSource, size: Size) {
  const home = await mkdtempDisposable(join(tmpdir(), 'tintype-test-'))
  const pixels = await decodeToFile(image, { target: { size, path: join(home.path, 'pixels') }, limits })
  const render = (target: RenderTarget) => renderImage(pixels, { target, limits })
  return { pixels, render, [Symbol.asyncDispose]: () => home[Symbol.asyncDispose]() }
}

describe('pixels in a file', () => {
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
  test.for(kinds)('become the same WebP and AVIF as the original, byte for byte: %o', async (kind) => {
    const image = await makeImage({ width: 420, height: 280, format: 'jpeg', ...kind })
    for (const width of [160, 420]) {
      await using decoded = await decode(
        image,
        renditionSize({ width: 420, height: 280 }, { width, fit: 'inside' }),
      )
      for (const format of ['webp', 'avif'] as const) {
        const target = { width, fit: 'inside', format } as const
        const direct = await renderImage(image, { target, limits })
        const { bytes, ...facts } = await decoded.render(target)
        expect(facts).toEqual({ ...direct, bytes: undefined })
        expect(Buffer.compare(bytes, direct.bytes)).toBe(0)
      }
    }
  })

  test('B132 B151 are upright and without metadata', async () => {
    const sharp = await loadSharp()
    for (const orientation of [1, 3, 6, 8]) {
      const image = await makeQuadrants({ width: 96, height: 64, format: 'jpeg', orientation })
      await using decoded = await decode(image, { width: 48, height: 32 })
      const { bytes } = await decoded.render(webp)
      expect(cornerDistance(await cornerColours(bytes), quadrantColours)).toBeLessThan(12)
      expect((await sharp(bytes).metadata()).orientation).toBeUndefined()
    }
    await using decoded = await decode(await makeGpsJpeg(), { width: 80, height: 60 })
    const { bytes } = await decoded.render(webp)
    const { exif, xmp, iptc, icc } = await sharp(bytes).metadata()
    expect({ exif, xmp, iptc, icc }).toEqual({})
    for (const text of canaries) expect(Buffer.from(bytes).includes(text)).toBe(false)
  })

  test('B137 keep transparency', async () => {
    const image = await makeImage({ width: 64, height: 48, format: 'png', alpha: true })
    await using decoded = await decode(image, { width: 32, height: 24 })
    expect(decoded.pixels.channels).toBe(4)
    const { data } = await decodePixels((await decoded.render(webp)).bytes)
    expect(data[3]).toBeLessThan(60)
    expect(data[31 * 4 + 3]).toBe(255)
  })
})

test('B119 an original that is cut off is refused, and limits hold', async () => {
  const image = await makeImage({ width: 200, height: 150, format: 'jpeg' })
  const target = { path: '/no/such/file', size: { width: 20, height: 15 } }
  const cut = decodeToFile(image.subarray(0, image.length >> 1), { target, limits })
  await expect(cut).rejects.toMatchObject({ code: 'UNREADABLE_IMAGE' })
  const tooMany = decodeToFile(image, { target, limits: { ...limits, maxPixels: 29_999 } })
  await expect(tooMany).rejects.toMatchObject({ code: 'TOO_MANY_PIXELS' })
})

test('a file that cannot be written, or was changed, is INTERNAL', async () => {
  const image = await makeImage({ width: 20, height: 15, format: 'jpeg' })
  const size = { width: 10, height: 8 }
  const unwritten = decodeToFile(image, { target: { path: '/no/such/file', size }, limits })
  await expect(unwritten).rejects.toMatchObject({
    code: 'INTERNAL',
    message: 'The decoded pixels could not be written',
  })
  await using decoded = await decode(image, size)
  await writeFile(decoded.pixels.path, 'short')
  await expect(decoded.render(webp)).rejects.toMatchObject({ code: 'INTERNAL' })
  const gone = renderImage({ ...decoded.pixels, path: '/no/such/file' }, { target: webp, limits })
  await expect(gone).rejects.toMatchObject({
    code: 'INTERNAL',
    message: 'The decoded pixels could not be read',
  })
})
