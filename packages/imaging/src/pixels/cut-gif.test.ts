import { expect, test } from 'vitest'
import { makeImage, thumbnailTarget } from '../testing/index.ts'
import { inspectImage } from './inspect-image.ts'

const limits = { maxPixels: 1e8, maxAvifPixels: 5e7, maxSide: 32_767, maxFrames: 1000 }
const inspect = (bytes: Uint8Array) =>
  inspectImage(bytes, { format: 'gif', limits, thumbnail: thumbnailTarget })
const refused = { code: 'UNREADABLE_IMAGE' }

test.for([
  ['without an end', []],
  ['with the end of its blocks put behind it', [0]],
  ['with both ends put behind it', [0, 0x3b]],
] as const)('B119 a GIF cut between any two of its blocks, %s', async ([, end]) => {
  const gif = await makeImage({ width: 200, height: 200, format: 'gif' })
  const blocks = subBlockEnds(gif)
  expect(blocks.length).toBeGreaterThan(50)
  for (const length of [blocks[0], blocks[30], blocks.at(-2)])
    await expect(inspect(Buffer.concat([gif.subarray(0, length), Buffer.from(end)]))).rejects.toMatchObject(
      refused,
    )
})

test('B119 a GIF that ends after its last block, without the end of its blocks', async () => {
  const gif = await makeImage({ width: 200, height: 200, format: 'gif' })
  await expect(inspect(gif.subarray(0, subBlockEnds(gif).at(-1)))).rejects.toMatchObject(refused)
})

test('B119 a GIF whose first picture lacks pixels, before a second one', async () => {
  const gif = await makeImage({ width: 200, height: 200, format: 'gif', frames: 2 })
  const blocks = subBlockEnds(gif)
  const last = blocks.findIndex((at, block) => block > 50 && gif[at] === 0)
  const [from, to] = [blocks[last - 3], blocks[last]]
  expect(to).toBeLessThan(gif.length * 0.6)
  await expect(inspect(gif)).resolves.toMatchObject({ width: 200 })
  await expect(inspect(Buffer.concat([gif.subarray(0, from), gif.subarray(to)]))).rejects.toMatchObject(
    refused,
  )
})

/** Offsets after each sub-block of a GIF. */
function subBlockEnds(gif: Uint8Array): number[] {
  const ends: number[] = []
  const tableByteSize = (flags = 0) => (flags >= 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0)
  for (let at = 13 + tableByteSize(gif[10]); gif[at] === 0x21 || gif[at] === 0x2c; at += 1) {
    at += gif[at] === 0x21 ? 2 : 11 + tableByteSize(gif[at + 9])
    for (; gif[at]; at += (gif[at] ?? 0) + 1) ends.push(at + (gif[at] ?? 0) + 1)
  }
  return ends
}
