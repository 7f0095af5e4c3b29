import { expect, test } from 'vitest'
import { makeImage, thumbnailTarget } from '../testing/index.ts'
import { inspectImage } from './inspect-image.ts'

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

test('I-10 a progressive JPEG that ends between two scans is not whole', async () => {
  const whole = Buffer.from(await makeImage({ width: 400, height: 300, format: 'jpeg', progressive: true }))
  const startOfScan = Buffer.from('ffda', 'hex')
  const second = whole.indexOf(startOfScan, whole.indexOf(startOfScan) + 2)
  for (const end of [second, whole.lastIndexOf(startOfScan)]) {
    const cut = Buffer.concat([whole.subarray(0, end), Buffer.from('ffd9', 'hex')])
    await expect(inspect(cut)).rejects.toMatchObject({ code: 'UNREADABLE_IMAGE' })
  }
})
