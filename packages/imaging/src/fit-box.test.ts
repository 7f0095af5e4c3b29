import { renditionFits } from '@tintype/contract'
import { describe, expect, test } from 'vitest'
import { type BoxTarget, fitInside, planBox, renditionSize } from './fit-box.ts'
import type { Size } from './image.ts'

const size = (width: number, height: number): Size => ({ width, height })

describe('renditionSize', () => {
  test.for<[Size, BoxTarget, Size]>([
    [size(4000, 3000), { width: 300, height: 300, fit: 'inside' }, size(300, 225)],
    [size(3000, 4000), { width: 300, height: 300, fit: 'inside' }, size(225, 300)],
    [size(4000, 3000), { width: 640, fit: 'inside' }, size(640, 480)],
    [size(4000, 3000), { height: 480, fit: 'cover' }, size(640, 480)],
    [size(4000, 3000), { width: 640, fit: 'contain' }, size(640, 480)],
    [size(4000, 3000), { width: 640, fit: 'fill' }, size(640, 480)],
    [size(4000, 3000), { fit: 'cover' }, size(4000, 3000)],
    [size(4000, 3000), { width: 300, height: 300, fit: 'cover' }, size(300, 300)],
    [size(4000, 3000), { width: 300, height: 100, fit: 'fill' }, size(300, 100)],
    [size(4000, 3000), { width: 300, height: 300, fit: 'contain' }, size(300, 300)],
    [size(200, 100), { width: 300, height: 300, fit: 'inside' }, size(200, 100)],
    [size(200, 100), { width: 300, height: 300, fit: 'cover' }, size(100, 100)],
    [size(500, 400), { width: 600, height: 300, fit: 'cover' }, size(500, 250)],
    [size(200, 400), { width: 300, height: 300, fit: 'fill' }, size(200, 300)],
    [size(1, 30_000), { width: 300, height: 300, fit: 'inside' }, size(1, 300)],
    [size(30_000, 1), { width: 300, height: 300, fit: 'inside' }, size(300, 1)],
    [size(1, 30_000), { width: 300, height: 300, fit: 'cover' }, size(1, 1)],
    [size(200, 16_384), { width: 640, fit: 'inside', format: 'webp' }, size(200, 16_383)],
    [size(200, 16_384), { width: 640, fit: 'inside', format: 'avif' }, size(200, 16_384)],
    [size(3000, 30_000), { width: 2560, fit: 'inside', format: 'webp' }, size(1638, 16_383)],
    [size(3000, 30_000), { width: 2560, fit: 'inside', format: 'jpg' }, size(2560, 25_600)],
    [size(3000, 30_000), { width: 2560, fit: 'inside', format: 'png' }, size(2560, 25_600)],
    [size(1, 1), { width: 4096, height: 4096, fit: 'inside' }, size(1, 1)],
  ])('B140 B141 an image of %o in %o is %o', ([image, target, expected]) => {
    expect(renditionSize(image, target)).toEqual(expected)
  })

  test('B140 B141 is whole, at least 1, in proportion, never enlarged, for every fit and any box', () => {
    const sides = [1, 2, 3, 7, 99, 100, 101, 299, 300, 301, 1023, 4096]
    for (const fit of renditionFits)
      for (const width of sides)
        for (const height of sides)
          for (const image of [size(1, 4096), size(640, 480), size(301, 299), size(100, 100), size(3, 2)]) {
            const { content, canvas } = planBox(image, { width, height, fit })
            for (const side of [content.width, content.height]) expect(Number.isInteger(side)).toBe(true)
            expect(Math.min(content.width, content.height)).toBeGreaterThanOrEqual(1)
            expect(content.width).toBeLessThanOrEqual(Math.min(width, image.width))
            expect(content.height).toBeLessThanOrEqual(Math.min(height, image.height))
            expect(canvas).toEqual(fit === 'contain' ? { width, height } : content)
          }
  })

  test('B141 keeps proportions to a pixel', () => {
    for (let width = 1; width <= 700; width += 1) {
      const fitted = fitInside(size(697, 431), { width, height: 5000 })
      expect(Math.abs(fitted.height - (fitted.width * 431) / 697)).toBeLessThanOrEqual(1)
    }
  })
})
