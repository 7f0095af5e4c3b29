import { expect, test } from 'vitest'
import { makeFlatJpeg, makeGpsJpeg, makeImage } from '../testing/index.ts'
import { openByteWindow } from './byte-reader.ts'
import { maxJpegScans, surveyJpeg } from './survey-jpeg.ts'

const small = { width: 64, height: 48 } as const

function survey(image: Uint8Array) {
  using bytes = openByteWindow(image)
  return surveyJpeg(bytes)
}

test('a camera writes one scan', async () => {
  expect(survey(await makeGpsJpeg())).toEqual({ isTruncated: false, scans: 1 })
})

test('what encoders write is far from the limit', async () => {
  const { scans } = survey(await makeImage({ ...small, format: 'jpeg', progressive: true }))
  expect(scans).toBeGreaterThan(5)
  expect(scans).toBeLessThan(maxJpegScans / 4)
})

test('B129 every scan counts, to one beyond the limit', () => {
  expect(survey(makeFlatJpeg({ ...small, components: 1 })).scans).toBe(2)
  expect(survey(makeFlatJpeg({ ...small, components: 3, repeats: 1 })).scans).toBe(7)
  expect(survey(makeFlatJpeg({ ...small, components: 1, repeats: 98 })).scans).toBe(100)
  expect(survey(makeFlatJpeg({ ...small, components: 1, repeats: 800 })).scans).toBe(maxJpegScans + 1)
})

test('B129 an end or a scan in a comment is none', () => {
  const image = makeFlatJpeg({ ...small, components: 1, repeats: 9 })
  const comment = Buffer.of(0xff, 0xfe, 0, 6, 0xff, 0xd9, 0xff, 0xda)
  const scanAt = Buffer.from(image).lastIndexOf(Buffer.of(0xff, 0xda))
  const commented = Buffer.concat([image.subarray(0, scanAt), comment, image.subarray(scanAt)])
  expect(survey(commented)).toEqual({ isTruncated: false, scans: 11 })
})

test('what follows the end of the picture is not counted', async () => {
  const image = makeFlatJpeg({ ...small, components: 1 })
  const film = Buffer.concat(Array<Uint8Array>(200).fill(Buffer.of(0xff, 0xda, 0, 2)))
  expect(survey(Buffer.concat([image, film])).scans).toBe(2)
})

test('B119 without an end, or without a scan, it is cut short', () => {
  const image = makeFlatJpeg({ ...small, components: 1 })
  expect(survey(image.subarray(0, -2)).isTruncated).toBe(true)
  expect(survey(image.subarray(0, 20))).toEqual({ isTruncated: true, scans: 0 })
})
