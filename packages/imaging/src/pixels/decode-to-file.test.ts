import { mkdtempDisposable, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { ImageSource, RawImageFile, RenderTarget, Size } from '../image.ts'
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
} from '../testing/index.ts'
import { decodeToFile } from './decode-to-file.ts'
import { loadSharp } from './load-sharp.ts'
import { renderImage } from './render-image.ts'

const limits = { maxPixels: 1e8, maxAvifPixels: 5e7, maxSide: 32_767, maxFrames: 1000 }
const webp = { fit: 'inside', format: 'webp' } as const

/** Decodes an image to several sizes, each from the previous one. */
async function decodeInSteps(image: ImageSource, sizes: readonly Size[]) {
  const home = await mkdtempDisposable(join(tmpdir(), 'tintype-test-'))
  const files: RawImageFile[] = []
  for (const size of sizes) {
    const target = { size, path: join(home.path, `${size.width}`) }
    files.push(await decodeToFile(files.at(-1) ?? image, { target, limits }))
  }
  const last = files.at(-1)
  if (!last) throw new Error('no size was given')
  const render = (target: RenderTarget) => renderImage(last, { target, limits })
  return { last, render, [Symbol.asyncDispose]: () => home[Symbol.asyncDispose]() }
}

describe('pixels in a file', () => {
  test('become the same rendition as the original, over several steps too', async () => {
    const image = await makeImage({ width: 1300, height: 975, format: 'jpeg' })
    const steps = [
      { width: 1280, height: 960 },
      { width: 960, height: 720 },
      { width: 640, height: 480 },
      { width: 480, height: 360 },
    ]
    await using decoded = await decodeInSteps(image, steps)
    expect((await stat(decoded.last.path)).size).toBe(480 * 360 * 3)
    for (const format of ['webp', 'avif'] as const) {
      const target = { width: 480, fit: 'inside', format } as const
      const [fromPixels, direct] = [
        await decoded.render(target),
        await renderImage(image, { target, limits }),
      ]
      expect({ ...fromPixels, bytes: [] }).toEqual({ ...direct, bytes: [] })
      const hashes = [await perceptualHash(fromPixels.bytes), await perceptualHash(direct.bytes)] as const
      expect(hammingDistance(...hashes)).toBeLessThan(10)
      const [left, right] = [await decodePixels(fromPixels.bytes), await decodePixels(direct.bytes)]
      const differences = left.data.map((value, at) => Math.abs(value - (right.data[at] ?? 255)))
      expect(differences.reduce((sum, one) => sum + one, 0) / differences.length).toBeLessThan(2)
    }
  })

  test('B132 B151 are upright and without metadata', async () => {
    const sharp = await loadSharp()
    for (const orientation of [1, 3, 6, 8]) {
      const image = await makeQuadrants({ width: 96, height: 64, format: 'jpeg', orientation })
      await using decoded = await decodeInSteps(image, [{ width: 48, height: 32 }])
      const { bytes } = await decoded.render(webp)
      expect(cornerDistance(await cornerColours(bytes), quadrantColours)).toBeLessThan(12)
      expect((await sharp(bytes).metadata()).orientation).toBeUndefined()
    }
    await using decoded = await decodeInSteps(await makeGpsJpeg(), [{ width: 80, height: 60 }])
    const { bytes } = await decoded.render(webp)
    const { exif, xmp, iptc, icc } = await sharp(bytes).metadata()
    expect({ exif, xmp, iptc, icc }).toEqual({})
    for (const text of canaries) expect(Buffer.from(bytes).includes(text)).toBe(false)
  })

  test('B137 keep transparency', async () => {
    const image = await makeImage({ width: 64, height: 48, format: 'png', alpha: true })
    await using decoded = await decodeInSteps(image, [
      { width: 48, height: 36 },
      { width: 32, height: 24 },
    ])
    expect(decoded.last.channels).toBe(4)
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
  await using decoded = await decodeInSteps(image, [size])
  await writeFile(decoded.last.path, 'short')
  await expect(decoded.render(webp)).rejects.toMatchObject({ code: 'INTERNAL' })
  const gone = renderImage({ ...decoded.last, path: '/no/such/file' }, { target: webp, limits })
  await expect(gone).rejects.toMatchObject({
    code: 'INTERNAL',
    message: 'The decoded pixels could not be read',
  })
})
