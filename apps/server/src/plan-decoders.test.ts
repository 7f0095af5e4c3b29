import { totalmem } from 'node:os'
import { expect, test } from 'vitest'
import { planDecoders, usableMemoryByteSize } from './plan-decoders.ts'

const mebibyte = 1024 ** 2

test.each([
  [256, undefined, 1, false],
  [512, undefined, 1, false],
  [1024, undefined, 1, false],
  [1280, undefined, 2, false],
  [2048, undefined, 3, false],
  [4096, undefined, 4, true],
  [4096, 2, 2, true],
  [512, 3, 3, false],
])(
  'B144 with %i MiB, four processors and TINTYPE_DECODERS=%s there are %i, and a spare one: %s',
  (mebibytes, configured, concurrency, hasSpare) => {
    const plan = planDecoders({ cores: 4, configured, memoryByteSize: mebibytes * mebibyte })
    expect(plan).toEqual({ concurrency, hasSpare })
  },
)

test('usable memory is at most the machine’s', () => {
  expect(usableMemoryByteSize()).toBeGreaterThan(0)
  expect(usableMemoryByteSize()).toBeLessThanOrEqual(totalmem())
})
