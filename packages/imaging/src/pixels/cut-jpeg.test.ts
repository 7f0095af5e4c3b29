import { expect, test } from 'vitest'
import { makeImage, thumbnailTarget } from '../testing/index.ts'
import { inspectImage } from './inspect-image.ts'
import { loadSharp } from './load-sharp.ts'

const limits = { maxPixels: 1e8, maxAvifPixels: 5e7, maxSide: 32_767, maxFrames: 1000 }
const inspect = (bytes: Uint8Array) =>
  inspectImage(bytes, { format: 'jpeg', limits, thumbnail: thumbnailTarget })

test.for([
  ['a JPEG', {}, 0.3],
  ['a JPEG', {}, 0.6],
  ['a JPEG', {}, 0.9],
  ['a progressive JPEG', { progressive: true }, 0.6],
] as const)(
  'I-10 %s that was cut off, with an end put behind it, is not whole',
  async ([, options, share]) => {
    const whole = await makeImage({ width: 400, height: 300, format: 'jpeg', ...options })
    const cut = Buffer.concat([whole.subarray(0, whole.length * share), Buffer.from('ffd9', 'hex')])
    await expect(inspect(cut)).rejects.toMatchObject({
      code: 'UNREADABLE_IMAGE',
      message: expect.stringContaining('ends too early'),
    })
  },
)

test.for([
  [1280, 3, 'with an end put behind it', [0xff, 0xd9]],
  [1280, 3, 'without an end', []],
  [1280, 2000, 'with an end put behind it', [0xff, 0xd9]],
  [4000, 3, 'with an end put behind it', [0xff, 0xd9]],
  [4000, 20_000, 'without an end', []],
] as const)('B119 a JPEG %d pixels wide without its last %d bytes, %s', async ([width, missing, , end]) => {
  const sharp = await loadSharp()
  const noise = { type: 'gaussian', mean: 128, sigma: 40 } as const
  const create = { width, height: (width * 3) / 4, channels: 3, background: 'grey', noise } as const
  const whole = await sharp({ create }).jpeg().toBuffer()
  await expect(inspect(whole)).resolves.toMatchObject({ width })
  await expect(inspect(whole.subarray(0, -2))).resolves.toMatchObject({ width })
  const cut = Buffer.concat([whole.subarray(0, -missing), Buffer.from(end)])
  await expect(inspect(cut)).rejects.toMatchObject({ code: 'UNREADABLE_IMAGE' })
})

test('I-10 a progressive JPEG that ends between two scans is not whole', async () => {
  const whole = Buffer.from(await makeImage({ width: 400, height: 300, format: 'jpeg', progressive: true }))
  const startOfScan = Buffer.from('ffda', 'hex')
  const second = whole.indexOf(startOfScan, whole.indexOf(startOfScan) + 2)
  for (const end of [second, whole.lastIndexOf(startOfScan)]) {
    const cut = Buffer.concat([whole.subarray(0, end), Buffer.from('ffd9', 'hex')])
    await expect(inspect(cut)).rejects.toMatchObject({ code: 'UNREADABLE_IMAGE' })
  }
})

const rows = 24

/** A grey JPEG in which each row of blocks, of 8 rows of pixels, ends with a restart marker. */
async function makeJpegWithRestarts(): Promise<{ readonly head: Buffer; readonly intervals: Buffer[] }> {
  const sharp = await loadSharp()
  const raw = { width: 320, height: 8, channels: 1 } as const
  const strips = Array.from({ length: rows }, (_, row) =>
    sharp(Buffer.from(Array.from({ length: 320 * 8 }, (_byte, at) => (at * 7919 + row * 31) % 251)), { raw })
      .toColourspace('b-w')
      .jpeg({ optimiseCoding: false })
      .toBuffer(),
  )
  const encoded = await Promise.all(strips)
  const [first = Buffer.alloc(0)] = encoded
  const [frameAt, scanAt] = [first.indexOf('ffc0', 'hex'), first.indexOf('ffda', 'hex')]
  const dataAt = scanAt + 2 + first.readUInt16BE(scanAt + 2)
  const head = Buffer.concat([
    first.subarray(0, scanAt),
    Buffer.of(0xff, 0xdd, 0, 4, 0, 320 / 8),
    first.subarray(scanAt, dataAt),
  ])
  head.writeUInt16BE(rows * 8, frameAt + 5)
  const intervals = encoded.map((strip, row) =>
    Buffer.concat([strip.subarray(dataAt, -2), Buffer.of(0xff, row === rows - 1 ? 0xd9 : 0xd0 + (row % 8))]),
  )
  return { head, intervals }
}

const without = (from: number, to: number) => (all: Buffer[]) => [...all.slice(0, from), ...all.slice(to)]
const end = Buffer.of(0xff, 0xd9)

test.for<[string, (intervals: Buffer[]) => Buffer[]]>([
  ['its second half', (all) => [...all.slice(0, 12), end]],
  ['all but its first row', (all) => [...all.slice(0, 1).map((one) => one.subarray(0, -2)), end]],
  ['its last row', (all) => [...all.slice(0, -1), end]],
  ['one row', without(5, 6)],
  ['eight rows, so that its restarts are counted right', without(4, 12)],
])('I-10 a JPEG with restart markers that lacks %s is not whole', async ([, change]) => {
  const { head, intervals } = await makeJpegWithRestarts()
  await expect(inspect(Buffer.concat([head, ...intervals]))).resolves.toMatchObject({ height: rows * 8 })
  await expect(inspect(Buffer.concat([head, ...change(intervals)]))).rejects.toMatchObject({
    code: 'UNREADABLE_IMAGE',
  })
})
