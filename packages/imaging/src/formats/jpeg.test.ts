import { expect, test } from 'vitest'
import { makeFlatJpeg, makeGpsJpeg, makeImage } from '../testing/index.ts'
import { openByteReader } from './byte-reader.ts'
import { maxJpegScans, readJpeg } from './jpeg.ts'

const small = { width: 64, height: 48 } as const

function read(image: Uint8Array) {
  using bytes = openByteReader(image)
  return readJpeg(bytes)
}

test('a camera writes one scan', async () => {
  expect(read(await makeGpsJpeg())).toMatchObject({ isTruncated: false, scans: 1 })
})

test('encoders stay far below the limit', async () => {
  const { scans } = read(await makeImage({ ...small, format: 'jpeg', progressive: true }))
  expect(scans).toBeGreaterThan(5)
  expect(scans).toBeLessThan(maxJpegScans / 4)
})

test('B129 every scan counts, to one beyond the limit', () => {
  expect(read(makeFlatJpeg({ ...small, components: 1 })).scans).toBe(2)
  expect(read(makeFlatJpeg({ ...small, components: 3, repeats: 1 })).scans).toBe(7)
  expect(read(makeFlatJpeg({ ...small, components: 1, repeats: 98 })).scans).toBe(100)
  expect(read(makeFlatJpeg({ ...small, components: 1, repeats: 800 })).scans).toBe(maxJpegScans + 1)
})

test('B129 an end or a scan inside a comment does not count', () => {
  const image = makeFlatJpeg({ ...small, components: 1, repeats: 9 })
  const comment = Buffer.of(0xff, 0xfe, 0, 6, 0xff, 0xd9, 0xff, 0xda)
  const scanAt = Buffer.from(image).lastIndexOf(Buffer.of(0xff, 0xda))
  const commented = Buffer.concat([image.subarray(0, scanAt), comment, image.subarray(scanAt)])
  expect(read(commented)).toMatchObject({ isTruncated: false, scans: 11 })
})

test('scans after the end of the picture are not counted', async () => {
  const image = makeFlatJpeg({ ...small, components: 1 })
  const film = Buffer.concat(Array<Uint8Array>(200).fill(Buffer.of(0xff, 0xda, 0, 2)))
  expect(read(Buffer.concat([image, film])).scans).toBe(2)
})

test('B119 without a scan it is truncated; without an end the decoder has to judge', () => {
  const image = makeFlatJpeg({ ...small, components: 1 })
  expect(read(image.subarray(0, -2))).toMatchObject({ isTruncated: false, isEndMissing: true })
  expect(read(image.subarray(0, 20))).toMatchObject({ isTruncated: true, scans: 0 })
})
