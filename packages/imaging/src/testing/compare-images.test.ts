import { expect, test } from 'vitest'
import { hammingDistance, makeImage, makeQuadrants, perceptualHash } from './index.ts'

test('perceptualHash is near for the same picture in other formats and far for another picture', async () => {
  const picture = await perceptualHash(await makeImage({ width: 300, height: 200, format: 'png' }))
  const same = await perceptualHash(await makeImage({ width: 150, height: 100, format: 'jpeg' }))
  const upright = await makeQuadrants({ width: 96, height: 64, format: 'png' })
  const turned = await makeQuadrants({ width: 96, height: 64, format: 'jpeg', orientation: 6 })
  expect(hammingDistance(picture, same)).toBeLessThan(10)
  expect(hammingDistance(await perceptualHash(upright), await perceptualHash(turned))).toBeLessThan(10)
  expect(hammingDistance(picture, await perceptualHash(upright))).toBeGreaterThan(10)
})

test('hammingDistance counts the bits that differ', () => {
  expect(hammingDistance(0n, 0n)).toBe(0)
  expect(hammingDistance(0b1011n, 0b0010n)).toBe(2)
  expect(hammingDistance(2n ** 64n - 1n, 0n)).toBe(64)
})
