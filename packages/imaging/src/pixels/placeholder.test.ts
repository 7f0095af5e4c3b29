import { thumbHashToAverageRGBA, thumbHashToRGBA } from 'thumbhash'
import { expect, test } from 'vitest'
import type { RawImage } from '../image.ts'
import { makePlaceholder } from './placeholder.ts'

/** An image with the pixels that `colorAt` returns. */
function paint(
  size: Pick<RawImage, 'width' | 'height' | 'channels'>,
  colorAt: (x: number, y: number) => readonly number[],
): RawImage {
  const { width, height, channels } = size
  const pixels = Array.from({ length: width * height }, (_, at) =>
    colorAt(at % width, Math.floor(at / width)),
  )
  return { width, height, channels, data: Uint8Array.from(pixels.flat()) }
}

function hashOf(image: RawImage): Uint8Array {
  return Uint8Array.from(Buffer.from(makePlaceholder(image), 'base64'))
}

const red = [200, 0, 0]
const blue = [0, 0, 200]

test.for([
  { width: 300, height: 225 },
  { width: 33, height: 300 },
  { width: 7, height: 5 },
])('of $width × $height pixels each side keeps its colour', (size) => {
  const image = paint({ ...size, channels: 3 }, (x) => (x < size.width / 2 ? red : blue))
  const { w, h, rgba } = thumbHashToRGBA(hashOf(image))
  const pixelAt = (x: number) => [...rgba.subarray((Math.floor(h / 2) * w + x) * 4).subarray(0, 3)]
  const [leftRed = 0, , leftBlue = 0] = pixelAt(1)
  const [rightRed = 0, , rightBlue = 0] = pixelAt(w - 2)
  expect(leftRed - leftBlue).toBeGreaterThan(100)
  expect(rightBlue - rightRed).toBeGreaterThan(100)
})

test('an image without alpha has the placeholder of the same image with opaque alpha', () => {
  const size = { width: 97, height: 61 }
  const colorAt = (x: number, y: number) => [(x * 7) % 256, (y * 11) % 256, (x * y) % 256]
  const opaque = paint({ ...size, channels: 4 }, (x, y) => [...colorAt(x, y), 255])
  expect(makePlaceholder(paint({ ...size, channels: 3 }, colorAt))).toBe(makePlaceholder(opaque))
})

test('a colour counts by the alpha of its pixels', () => {
  const image = paint({ width: 100, height: 100, channels: 4 }, (x) =>
    x % 2 === 0 ? [...blue, 255] : [...red, 0],
  )
  const { r, b, a } = thumbHashToAverageRGBA(hashOf(image))
  expect(r).toBeLessThan(0.05)
  expect(b).toBeGreaterThan(0.7)
  expect(a).toBeCloseTo(0.5, 1)
})

test('a fully transparent image has a placeholder too', () => {
  const image = paint({ width: 20, height: 10, channels: 4 }, () => [0, 0, 0, 0])
  expect(thumbHashToAverageRGBA(hashOf(image)).a).toBe(0)
})
