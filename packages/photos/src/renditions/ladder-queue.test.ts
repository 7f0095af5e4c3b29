import type { PhotoRecord } from '@tintype/catalog'
import { samplePhoto } from '@tintype/catalog/testing'
import { expect, test } from 'vitest'
import { createLadderQueue } from './ladder-queue.ts'

/** A queue with ladders that end when the test says so. */
function openQueue() {
  const begun: { photo: PhotoRecord; stopping: AbortSignal; end: () => void }[] = []
  const queue = createLadderQueue((photo, stopping) => {
    const { promise, resolve } = Promise.withResolvers<void>()
    begun.push({ photo, stopping, end: resolve })
    return promise
  })
  return { queue, begun }
}

test('photos come one after the other, the oldest first', async () => {
  const { queue, begun } = openQueue()
  const photos = [samplePhoto(), samplePhoto(), samplePhoto()]
  for (const photo of photos) queue.add(photo)
  for (const [at, photo] of photos.entries()) {
    expect(begun).toHaveLength(at + 1)
    expect(begun[at]?.photo).toBe(photo)
    expect(queue.length()).toBe(photos.length - at)
    begun[at]?.end()
    await new Promise(setImmediate)
  }
  expect(queue.length()).toBe(0)
})

test('if too many photos wait, the oldest are dropped', async () => {
  const { queue, begun } = openQueue()
  const photos = Array.from({ length: 70 }, () => samplePhoto())
  for (const photo of photos) queue.add(photo)
  expect(queue.length()).toBe(65)
  begun[0]?.end()
  await new Promise(setImmediate)
  expect(begun.map(({ photo }) => photo)).toEqual([photos[0], photos[6]])
})

test('disposing stops the current ladder, waits for it, and starts no other', async () => {
  const { queue, begun } = openQueue()
  queue.add(samplePhoto())
  queue.add(samplePhoto())
  let isDisposed = false
  const disposing = queue[Symbol.asyncDispose]().then(() => {
    isDisposed = true
  })
  expect(begun[0]?.stopping.aborted).toBe(true)
  await new Promise(setImmediate)
  expect(isDisposed).toBe(false)
  begun[0]?.end()
  await disposing
  queue.add(samplePhoto())
  expect(begun).toHaveLength(1)
  expect(queue.length()).toBe(0)
})
