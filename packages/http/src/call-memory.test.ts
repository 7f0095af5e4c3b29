import { afterEach, expect, test, vi } from 'vitest'
import { type CallMemoryLimits, createCallMemory } from './call-memory.ts'

afterEach(() => void vi.useRealTimers())

const limits = { maxEach: 10, maxAll: 20, maxWaiting: 2, waitMs: 60_000, unreadMs: 0 }

function open(changed: Partial<CallMemoryLimits> = {}) {
  const memory = createCallMemory({ ...limits, ...changed })
  const cuts: string[] = []
  const { signal } = new AbortController()
  const reserve = (share: string, byteSize: number, more: { signal?: AbortSignal } = {}) =>
    memory.reserve(byteSize, { share, signal, cut: () => cuts.push(share), ...more })
  return { reserve, cuts }
}

test('S-02: a caller whose answers are not read waits for memory, and the others do not', async () => {
  const { reserve } = open()
  const first = await reserve('a', 6)
  const order: string[] = []
  const waiting = reserve('a', 6).then(() => order.push('a waited'))
  await reserve('b', 6).then(() => order.push('b'))
  first[Symbol.dispose]()
  first[Symbol.dispose]()
  await waiting
  expect(order).toEqual(['b', 'a waited'])
})

test('S-02: an answer that is smaller than expected makes room for the next one', async () => {
  const { reserve } = open()
  const first = await reserve('a', 10)
  const waiting = reserve('a', 5)
  first.answered(1)
  await waiting
})

test('S-02: what waits is bounded in number and in time, and can be given up', async () => {
  const { reserve } = open({ waitMs: 1 })
  await reserve('a', 10)
  const leaving = new AbortController()
  const refusal = { code: 'OVERLOADED', retryAfterSeconds: 1 }
  const left = new Error('left')
  const given = reserve('a', 5, { signal: leaving.signal })
  const late = reserve('a', 5)
  await expect(reserve('a', 5)).rejects.toMatchObject(refusal)
  leaving.abort(left)
  await expect(given).rejects.toBe(left)
  await expect(late).rejects.toMatchObject(refusal)
})

test('S-02: when all of the memory is in use, an unread answer of the caller that has the most is cut off', async () => {
  const { reserve, cuts } = open()
  const small = await reserve('a', 2)
  const large = [await reserve('b', 5), await reserve('b', 5)]
  const read = await reserve('c', 9) // it is not sent yet
  small.answered(2)
  for (const answer of large) answer.answered(5)
  await reserve('d', 1)
  expect(cuts).toEqual(['b'])
  await reserve('e', 1)
  expect(cuts).toEqual(['b']) // what is cut makes room for both
  large[0]?.[Symbol.dispose]()
  read.answered(9)
  await reserve('f', 3)
  expect(cuts).toEqual(['b', 'c'])
})

test('S-02: a caller that has more memory than the others waits, and cuts none of their answers off', async () => {
  const { reserve, cuts } = open({ waitMs: 1 })
  const mine = await reserve('a', 8)
  for (const share of ['b', 'c', 'd']) (await reserve(share, 4)).answered(4)
  await expect(reserve('a', 1)).rejects.toMatchObject({ code: 'OVERLOADED' })
  expect(cuts).toEqual([])
  mine.answered(8)
  await expect(reserve('a', 1)).rejects.toMatchObject({ code: 'OVERLOADED' })
  expect(cuts).toEqual(['a'])
})

test('a caller without anything in use has room for any size', async () => {
  const { reserve } = open()
  await reserve('a', 1000)
  await reserve('b', 1000)
})

test('S-02e: if its caller waits, the answer that was unread for the longest time is cut off, once that was too long', async () => {
  vi.useFakeTimers()
  const { reserve, cuts } = open({ ownUnreadMs: 10_000 })
  const answers = [await reserve('a', 5), await reserve('a', 5)]
  for (const answer of answers) answer.answered(5)
  const other = await reserve('b', 5)
  other.answered(5)
  const waiting = reserve('a', 5)
  vi.advanceTimersByTime(9_000)
  answers[0]?.answered(5) // its client has read some of it
  expect(cuts).toEqual([])
  vi.advanceTimersByTime(5_000)
  expect(cuts).toEqual(['a'])
  answers[1]?.[Symbol.dispose]()
  await waiting
})

test('S-02e: an answer whose client has taken all that was sent is not cut off, however long the next piece takes', async () => {
  vi.useFakeTimers()
  const { reserve, cuts } = open({ ownUnreadMs: 10_000, waitMs: 15_000 })
  const [one, two] = [await reserve('a', 5), await reserve('a', 5)]
  one.answered(5)
  one.taken()
  const waiting = expect(reserve('a', 5)).rejects.toMatchObject({ code: 'OVERLOADED' })
  vi.advanceTimersByTime(12_000)
  two.answered(5) // its first piece, after a long wait for the disk
  vi.advanceTimersByTime(4_000)
  await waiting
  expect(cuts).toEqual([])
})

test('S-02: one answer at most is cut off for each that ends, though many callers wait', async () => {
  const { reserve, cuts } = open({ maxEach: 4 })
  const answers = await Promise.all([...'abcdefghij'].map((share) => reserve(share, 2)))
  for (const share of ['k', 'l', 'm']) await reserve(share, 1) // a caller without anything enters, above the limit
  const waiting = ['k', 'l', 'm'].map((share) => reserve(share, 2))
  for (const answer of answers) answer.answered(2)
  expect(cuts).toEqual([])
  answers[0]?.[Symbol.dispose]()
  expect(cuts).toEqual(['b'])
  answers[1]?.[Symbol.dispose]()
  expect(cuts).toEqual(['b', 'c'])
  for (const answer of answers.slice(2, 5)) answer[Symbol.dispose]()
  await Promise.all(waiting)
})
