import { describe, expect, test } from 'vitest'
import { loadSharp } from '../../pixels/load-sharp.ts'
import { renderImage } from '../../pixels/render-image.ts'
import { turnedAvif } from '../../testing/avif-samples.ts'
import { readHeader } from '../read-header.ts'

const limits = { maxPixels: 1e8, maxAvifPixels: 5e7, maxSide: 30_000, maxFrames: 1000 }

/** Red, green, blue and transparent quadrants, as `[top left, top right, bottom left, bottom right]`. */
type Quadrants = readonly [string, string, string, string]

const turnLeft = ([a, b, c, d]: Quadrants): Quadrants => [b, d, a, c]
const exchangeTopAndBottom = ([a, b, c, d]: Quadrants): Quadrants => [c, d, a, b]
const exchangeSides = ([a, b, c, d]: Quadrants): Quadrants => [b, a, d, c]

/** `turnedAvif` with other values of its two properties; without the second if it is `undefined`. */
function makeTurned(quarters: number, axis: number | undefined): Buffer {
  const image = Buffer.from(turnedAvif)
  const irot = image.indexOf('irot') + 4
  image[irot] = quarters
  const imir = image.indexOf('imir')
  if (axis === undefined) image.write('irot\0', imir, 'latin1')
  else image[imir + 4] = axis
  return image
}

async function readQuadrants(image: Uint8Array): Promise<{ quadrants: string[]; size: string }> {
  const sharp = await loadSharp()
  const { data, info } = await sharp(image).ensureAlpha().raw().toBuffer({ resolveWithObject: true })
  const nameAt = (x: number, y: number) => {
    const at = (Math.floor(y * info.height) * info.width + Math.floor(x * info.width)) * 4
    const [red = 0, green = 0, blue = 0, alpha = 0] = data.subarray(at, at + 4)
    if (alpha < 10) return 'transparent'
    return red > 200 ? 'red' : green > 200 ? 'green' : blue > 200 ? 'blue' : `${red} ${green} ${blue}`
  }
  const quadrants = [0.25, 0.75].flatMap((y) => [0.25, 0.75].map((x) => nameAt(x, y)))
  return { quadrants, size: `${info.width} × ${info.height}` }
}

describe('an AVIF whose colours are turned and whose alpha is not', () => {
  test.for([0, 1, 2, 3].flatMap((quarters) => [undefined, 0, 1].map((axis) => [quarters, axis] as const)))(
    'has its transparent part where viewers show it: irot %j, imir %j',
    async ([quarters, axis]) => {
      const image = makeTurned(quarters, axis)
      let expected: Quadrants = ['red', 'green', 'blue', 'transparent']
      for (let left = quarters; left > 0; left -= 1) expected = turnLeft(expected)
      if (axis === 0) expected = exchangeTopAndBottom(expected)
      if (axis === 1) expected = exchangeSides(expected)
      const size = quarters % 2 === 0 ? '32 × 16' : '16 × 32'
      const target = { width: 5000, fit: 'inside', format: 'png' } as const
      const { bytes } = await renderImage(image, { target, limits })
      expect(await readQuadrants(bytes)).toEqual({ quadrants: expected, size })
      const { width, height } = readHeader(image, { limits })
      expect(`${width} × ${height}`).toBe(size)
    },
  )
})
