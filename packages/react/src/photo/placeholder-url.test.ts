import { inflateSync } from 'node:zlib'
import { thumbHashToAverageRGBA } from 'thumbhash'
import { expect, test } from 'vitest'
import { makePhoto, placeholders } from '../testing/make-photo.ts'
import { placeholderColor, placeholderUrl } from './placeholder-url.ts'

/** Width, height and pixels of a PNG without filters, which is what the URL contains. */
function readPng(url: string) {
  const bytes = Buffer.from(url.replace('data:image/png;base64,', ''), 'base64')
  const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)]
  const start = bytes.indexOf('IDAT')
  const rows = inflateSync(bytes.subarray(start + 4, start + 4 + bytes.readUInt32BE(start - 4)))
  const at = (x: number, y: number) => [...rows.subarray(y * (width * 4 + 1) + 1 + x * 4).subarray(0, 4)]
  return { width, height, at }
}

test('a placeholder is a PNG of 12 px that has the colours of the photo', () => {
  const { width, height, at } = readPng(placeholderUrl(makePhoto(1)))
  expect([width, height]).toEqual([12, 7])
  const [left, right, bottom] = [at(0, 0), at(11, 0), at(0, 6)]
  // the gradient has more red to the right, and more green to the bottom
  expect((right[0] ?? 0) - (left[0] ?? 0)).toBeGreaterThan(150)
  expect((bottom[1] ?? 0) - (left[1] ?? 0)).toBeGreaterThan(150)
  expect(left[3]).toBe(255)
})

test.each([
  ['square', 'm5uYDQR3iIiPh3iIdHiIiIeAiHeHCHg='],
  ['opaque', placeholders.opaque],
  ['transparent', placeholders.transparent],
])('the URL of a placeholder has at most 1000 characters: %s', (_, placeholder) => {
  const url = placeholderUrl({ placeholder })
  expect(url).toMatch(/^data:image\/png;base64,/)
  expect(url.length).toBeLessThanOrEqual(1000)
})

test('a photo without a placeholder has an empty URL', () => {
  expect(placeholderUrl({ placeholder: '' })).toBe('')
})

test('the colour of a placeholder is the average that the thumbhash has', () => {
  const bytes = Buffer.from(placeholders.opaque, 'base64')
  const { r, g, b } = thumbHashToAverageRGBA(bytes)
  const [, ...parts] = /^rgb\((\d+),(\d+),(\d+)\)$/.exec(placeholderColor(placeholders.opaque)) ?? []
  expect(parts).toHaveLength(3)
  for (const [at, part] of [r, g, b].entries())
    expect(Math.abs(Number(parts[at]) - part * 255), `part ${at}`).toBeLessThan(8)
})
