import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createThreadShares } from './share-thread.ts'

/** Keeps the thread busy for a moment. */
function work(durationMs: number): void {
  const untilMs = performance.now() + durationMs
  while (performance.now() < untilMs);
}

test('B310, S-03: a hundred tasks of one caller at once delay another one by one of them', async () => {
  const thread = createThreadShares({ sliceMs: 0 })
  const order: string[] = []
  const done = Promise.withResolvers<void>()
  for (let at = 0; at < 100; at += 1)
    thread.run('a', () => {
      if (order.push('a') === 102) done.resolve()
    })
  expect(order).toEqual(['a'])
  thread.run('b', () => order.push('b'))
  expect(order).toEqual(['a', 'b'])
  await nextTurn()
  await nextTurn()
  thread.run('b', () => order.push('b'))
  expect(order.at(-1)).toBe('b')
  await done.promise
  expect(order.filter((one) => one === 'a')).toHaveLength(100)
})

test('B310, S-02: between two calls of one caller the thread is free for others for as long as the first one took', async () => {
  const thread = createThreadShares()
  const order: string[] = []
  thread.run('b', () => {})
  let left = 4
  const call = async () => {
    await thread.turn('a')
    order.push('a')
    left -= 1
    work(3)
  }
  const calls = Array.from({ length: left }, call)
  while (left > 0) {
    await nextTurn()
    thread.run('b', () => order.push('b'))
  }
  await Promise.all(calls)
  expect(order.join('')).toMatch(/^b*(ab+){3}ab*$/)
})

test('tasks of one caller begin in order, and those that are over are forgotten', async () => {
  const thread = createThreadShares({ sliceMs: 0 })
  const order: number[] = []
  const begin = (at: number, isOver = false) =>
    thread.run(
      'a',
      () => order.push(at),
      () => isOver,
    )
  begin(0)
  begin(1)
  begin(2, true)
  begin(3)
  await thread.turn('a')
  expect(order).toEqual([0, 1, 3])
})

test('a caller that is alone begins its calls at once', async () => {
  const thread = createThreadShares()
  const order: string[] = []
  void thread.turn('a').then(() => order.push('call'))
  await Promise.resolve()
  expect(order).toEqual(['call'])
})
