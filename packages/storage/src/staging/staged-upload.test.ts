import { Hash } from 'node:crypto'
import { expect, test, vi } from 'vitest'
import { openTestDirectory } from '../testing/index.ts'
import { openStaging } from './staging.ts'

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

/** Counts the bytes that are hashed in each turn of the event loop, until it is disposed. */
function watchHashing() {
  const byteSizes = [0]
  let turning = setImmediate(function turn() {
    byteSizes.push(0)
    turning = setImmediate(turn)
  })
  const { update } = Hash.prototype
  const watching = vi.spyOn(Hash.prototype, 'update').mockImplementation(function (this: Hash, ...given) {
    byteSizes.push((byteSizes.pop() ?? 0) + given[0].length)
    return update.apply(this, given)
  })
  return {
    byteSizes,
    [Symbol.dispose]() {
      watching.mockRestore()
      clearImmediate(turning)
    },
  }
}

test('B310: while a large upload is hashed the event loop turns every few megabytes', async () => {
  await using directory = await openTestDirectory()
  await using staging = await openStaging({
    directory: directory.path,
    memoryByteSize: 64 * 1024,
    memoryBudgetByteSize: mebi * 128,
  })
  await using upload = staging.begin()
  using hashing = watchHashing()
  for (let count = 0; count < 512; count += 1) await upload.write(new Uint8Array(64 * 1024))
  await upload.finish()
  expect(hashing.byteSizes.reduce((sum, byteSize) => sum + byteSize)).toBe(32 * mebi)
  expect(hashing.byteSizes.filter((byteSize) => byteSize > 4 * mebi)).toEqual([])
})
