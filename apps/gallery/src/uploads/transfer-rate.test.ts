import { expect, test } from 'vitest'
import { createTransferRate } from './transfer-rate.ts'

test('measures the last five seconds, once there is a second to measure', () => {
  let nowMs = 0
  const rate = createTransferRate(() => nowMs)
  expect(rate.measure()).toBe(undefined)
  rate.add(500)
  nowMs = 500
  expect(rate.measure()).toBe(undefined)
  rate.add(500)
  nowMs = 2000
  expect(rate.measure()).toBe(500)
  nowMs = 10_000
  expect(rate.measure()).toBe(undefined)
})
