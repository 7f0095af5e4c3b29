import { describe, expect, test } from 'vitest'
import { createRateLimiter, createRefusalLimiter, parseRate } from './rate-limits.ts'

const limited = (retryAfterSeconds: number) =>
  expect.objectContaining({ code: 'RATE_LIMITED', retryAfterSeconds })

describe('a rate', () => {
  test.each([
    ['600/m', 600, 60_000],
    ['1/s', 1, 1000],
    ['999999999/h', 999_999_999, 3_600_000],
  ])('%s', (text, count, periodMs) => {
    expect(parseRate(text)).toEqual({ count, periodMs })
  })

  test.each(['', '600', '0/m', '-1/m', '1.5/m', '600/d', '600 / m', '1e3/m', '06/m'])(
    '%j is none',
    (text) => {
      expect(() => parseRate(text)).toThrow(/^expected a rate/)
    },
  )
})

describe('a rate limiter', () => {
  const rate = { count: 3, periodMs: 60_000 }

  test('lets the rate pass, and then one more for each part of it', () => {
    const clock = { nowMs: 5 }
    const limiter = createRateLimiter({ now: () => clock.nowMs })
    for (let one = 0; one < 3; one += 1) limiter.count('a', rate)
    expect(() => limiter.count('a', rate)).toThrow(limited(20))
    limiter.count('b', rate)
    clock.nowMs += 19_999
    expect(() => limiter.count('a', rate)).toThrow(limited(1))
    clock.nowMs += 1
    limiter.count('a', rate)
    expect(() => limiter.count('a', rate)).toThrow(limited(20))
    clock.nowMs += 3_600_000
    for (let one = 0; one < 3; one += 1) limiter.count('a', rate)
    expect(() => limiter.count('a', rate)).toThrow(limited(20))
  })

  test.each([1, 7, 49, 333, 600])('lets all of %d a minute pass at once, and no more', (count) => {
    const limiter = createRateLimiter({ now: () => 123_456_789.123 })
    for (let one = 0; one < count; one += 1) limiter.count('a', { count, periodMs: 60_000 })
    expect(() => limiter.count('a', { count, periodMs: 60_000 })).toThrow(limited(Math.ceil(60 / count)))
  })

  test('a refused attempt does not delay the next one', () => {
    const clock = { nowMs: 0 }
    const limiter = createRateLimiter({ now: () => clock.nowMs })
    for (let one = 0; one < 3; one += 1) limiter.count('a', rate)
    for (let second = 0; second < 19; second += 1) {
      clock.nowMs += 1000
      expect(() => limiter.count('a', rate)).toThrow(limited(19 - second))
    }
    clock.nowMs += 1000
    limiter.count('a', rate)
  })

  test('B228: forgets the subject that was quiet for longest, and no other', () => {
    const limiter = createRateLimiter({ now: () => 0, maxSubjects: 2 })
    const once = { count: 1, periodMs: 1000 }
    for (const subject of ['a', 'b']) limiter.count(subject, once)
    expect(() => limiter.count('a', once)).toThrow(limited(1))
    limiter.count('c', once)
    expect(() => limiter.count('a', once)).toThrow(limited(1))
    limiter.count('b', once)
  })
})

describe('B228: refused credentials', () => {
  test('are ten a minute, then nothing is tried for the rest of it', () => {
    const clock = { nowMs: 1000 }
    const limiter = createRefusalLimiter({ now: () => clock.nowMs })
    for (let one = 0; one < 10; one += 1) {
      limiter.assertMayTry('a')
      limiter.noteRefusal('a')
      clock.nowMs += 1000
    }
    expect(() => limiter.assertMayTry('a')).toThrow(limited(50))
    limiter.assertMayTry('b')
    clock.nowMs += 49_999
    expect(() => limiter.assertMayTry('a')).toThrow(limited(1))
    clock.nowMs += 1
    limiter.assertMayTry('a')
    limiter.noteRefusal('a')
    limiter.assertMayTry('a')
  })

  test('nine in each minute are not limited', () => {
    const clock = { nowMs: 0 }
    const limiter = createRefusalLimiter({ now: () => clock.nowMs })
    for (let one = 0; one < 27; one += 1) {
      if (one % 9 === 0) clock.nowMs += 60_000
      limiter.assertMayTry('a')
      limiter.noteRefusal('a')
    }
    limiter.assertMayTry('a')
  })

  test('a million addresses cost the memory of as many as are remembered', () => {
    const limiter = createRefusalLimiter({ now: () => 0, maxSubjects: 2 })
    for (let one = 0; one < 10; one += 1) for (const subject of ['a', 'b']) limiter.noteRefusal(subject)
    limiter.noteRefusal('c')
    limiter.assertMayTry('a')
    expect(() => limiter.assertMayTry('b')).toThrow(limited(60))
  })
})
