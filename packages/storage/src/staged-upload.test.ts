import { expect, test } from 'vitest'
import { openStaging } from './staging.ts'
import { openTestDirectory } from './testing/index.ts'

const mebi = 1024 * 1024

test('a chunk that is all of its buffer is freed once it is on the disk; one that shares its buffer is not', async () => {
  await using directory = await openTestDirectory()
  await using staging = await openStaging({
    directory: directory.path,
    memoryByteSize: 0,
    memoryBudgetByteSize: mebi * 8,
  })
  await using upload = staging.begin()
  const whole = Uint8Array.from({ length: 4096 }, (_, at) => at)
  const shared = Uint8Array.from({ length: 4096 }, (_, at) => at)
  await upload.write(whole)
  await upload.write(shared.subarray(0, 1000))
  const { byteSize } = await upload.finish()
  expect(byteSize).toBe(5096)
  expect(whole.byteLength).toBe(0)
  expect(shared.at(5)).toBe(5)
})
