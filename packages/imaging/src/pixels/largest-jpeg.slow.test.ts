import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { ImageLimits } from '../image.ts'
import { createImaging } from '../imaging.ts'
import { makeFlatJpeg, thumbnailTarget, unhurried } from '../testing/index.ts'

const limits: ImageLimits = { maxPixels: 12e7, maxAvifPixels: 5e7, maxSide: 30_000, maxFrames: 1000 }

test('B124 a progressive JPEG of exactly 120 million pixels stays within the memory limit of a decoder', async () => {
  const image = makeFlatJpeg({ width: 12_000, height: 10_000, components: 3 })
  const losses: object[] = []
  await using imaging = createImaging({
    limits,
    concurrency: 1,
    queueLength: 0,
    ...unhurried,
    onDecoderLost: (loss) => losses.push(loss),
  })
  await expect(imaging.inspect(image, 'jpeg', { thumbnail: thumbnailTarget })).resolves.toMatchObject({
    width: 12_000,
    height: 10_000,
  })
  expect(losses).toEqual([])
  if (process.platform !== 'linux') return
  const [pid] = imaging.load().decoders
  const peak = Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])
  expect(peak * 1024).toBeLessThan(1.5 * 1024 ** 3)
})
