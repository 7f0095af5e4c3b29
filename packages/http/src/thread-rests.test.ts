import { expect, test } from 'vitest'
import { createThreadRests } from './thread-rests.ts'

test('B306 what a thousand callers have used is forgotten when they have left', () => {
  const rests = createThreadRests({ sliceMs: 2 })
  for (let at = 0; at < 1000; at += 1) {
    rests.note(`address ${at}`, at / 10)
    rests.spend(`address ${at}`, at % 2 === 0 ? 1 : 3, at / 10)
  }
  expect(rests.accounts()).toBeGreaterThan(500)
  rests.note('another', 1500)
  rests.spend('another', 1, 1500)
  expect(rests.accounts()).toBe(0)
})

test('a caller that has used its share rests twice as long as its work took, beside another one only', () => {
  const rests = createThreadRests({ sliceMs: 2 })
  rests.note('a', 0)
  rests.spend('a', 5, 0)
  expect(rests.restsUntilMs('a', 0)).toBe(0)
  rests.note('b', 0)
  rests.spend('a', 1, 1)
  expect(rests.restsUntilMs('a', 1)).toBe(0)
  rests.spend('a', 4, 5)
  expect(rests.restsUntilMs('a', 5)).toBe(15)
  expect(rests.restsUntilMs('a', 15)).toBe(0)
})
