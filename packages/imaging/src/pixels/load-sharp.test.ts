import { describe, expect, test } from 'vitest'
import { loadSharp } from './load-sharp.ts'
import { assertSharpIsSafe, versionFloor } from './sharp-version.ts'

const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><rect/></svg>')

describe('loadSharp', () => {
  test('B107 reads no SVG, TIFF or raw dump under any file name', async () => {
    const sharp = await loadSharp()
    const png = await sharp({ create: { width: 2, height: 2, channels: 3, background: '#123456' } })
      .png()
      .toBuffer()
    const tiff = await sharp(png).tiff().toBuffer()
    await expect(sharp(png).metadata()).resolves.toMatchObject({ width: 2 })
    await expect(sharp(tiff).metadata()).rejects.toThrow('unsupported image format')
    await expect(sharp(svg).metadata()).rejects.toThrow('unsupported image format')
  })

  test('B147 loads once, without a cache and with one thread an image', async () => {
    const sharp = await loadSharp()
    expect(await loadSharp()).toBe(sharp)
    expect(sharp.cache().memory.max).toBe(0)
    expect(sharp.concurrency()).toBe(1)
    for (const name of Object.keys(versionFloor)) expect(sharp.versions).toHaveProperty(name)
  })
})

describe('assertSharpIsSafe', () => {
  test('B147 accepts the floor and newer versions, in each part of the number', () => {
    expect(() => assertSharpIsSafe(versionFloor, [false])).not.toThrow()
    expect(() => assertSharpIsSafe({ ...versionFloor, vips: '8.18.10' }, [false])).not.toThrow()
    expect(() => assertSharpIsSafe({ ...versionFloor, heif: '2.0.0' }, [false])).not.toThrow()
  })

  test('B147 names each library that is older or unknown', () => {
    const versions = { ...versionFloor, webp: '1.5.9', heif: undefined }
    expect(() => assertSharpIsSafe(versions, [false])).toThrow(
      /heif of unknown version is older than .*webp 1\.5\.9 is older than 1\.6\.0/,
    )
  })

  test('B109 refuses ImageMagick', () => {
    expect(() => assertSharpIsSafe(versionFloor, [false, true, false])).toThrow('ImageMagick')
  })
})
