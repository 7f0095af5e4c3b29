import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { rememberProbe } from './remembered-probe.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }))
afterEach(() => void vi.useRealTimers())

test('calls at the same time share a probe, which is remembered for 10 s', async () => {
  let probes = 0
  const probe = rememberProbe(async () => {
    probes += 1
  })
  await Promise.all([probe(), probe()])
  vi.advanceTimersByTime(9999)
  await probe()
  expect(probes).toBe(1)
  vi.advanceTimersByTime(1)
  await probe()
  expect(probes).toBe(2)
})

test('a failure is remembered for 1 s', async () => {
  const outcomes = [Promise.reject(new Error('away')), Promise.resolve()]
  const probe = rememberProbe(() => outcomes.shift() ?? Promise.resolve())
  await expect(probe()).rejects.toThrow('away')
  vi.advanceTimersByTime(999)
  await expect(probe()).rejects.toThrow('away')
  vi.advanceTimersByTime(1)
  await probe()
})
