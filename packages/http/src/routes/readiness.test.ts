import { TintypeError } from '@tintype/contract'
import { expect, test, vi } from 'vitest'
import { createCheckLog, createReadiness } from './readiness.ts'

function openReadiness() {
  const clock = { nowMs: 0 }
  const lines: object[] = []
  const state: { failure?: Error; runs: number } = { runs: 0 }
  const storage = async () => {
    state.runs += 1
    if (state.failure) throw state.failure
  }
  const write = (facts: object) => void lines.push(facts)
  const log = { warn: write, info: write }
  const readiness = createReadiness({
    probes: { storage, server: async () => undefined },
    log,
    now: () => clock.nowMs,
  })
  return { clock, lines, state, readiness }
}

test('S-16: 700 requests in two seconds run each probe once', async () => {
  const { clock, state, readiness } = openReadiness()
  const asked = Array.from({ length: 700 }, () => readiness.check())
  expect(await Promise.all(asked)).toEqual(asked.map(() => ({ storage: 'ok', server: 'ok' })))
  expect(state.runs).toBe(1)
  clock.nowMs = 1999
  await readiness.check()
  expect(state.runs).toBe(1)
  clock.nowMs = 2000
  await readiness.check()
  expect(state.runs).toBe(2)
})

test('S-16: the log says why a check fails, once for each reason, and that it passes again', async () => {
  const { clock, lines, state, readiness } = openReadiness()
  const cause = new Error('ENOSPC')
  const check = async () => {
    clock.nowMs += 2000
    return await readiness.check()
  }
  await check()
  expect(lines).toEqual([])
  state.failure = new TintypeError('STORAGE_FULL', 'There is no space left', { cause })
  expect(await check()).toMatchObject({ storage: 'STORAGE_FULL' })
  await check()
  const event = { event: 'readiness', check: 'storage' }
  expect(lines).toEqual([{ ...event, result: 'STORAGE_FULL', detail: 'There is no space left', err: cause }])
  state.failure = new Error('a defect')
  expect(await check()).toMatchObject({ storage: 'INTERNAL' })
  expect(lines.at(-1)).toMatchObject({ ...event, result: 'INTERNAL', err: state.failure })
  delete state.failure
  expect(await check()).toEqual({ storage: 'ok', server: 'ok' })
  expect(lines.at(-1)).toEqual({ ...event, result: 'ok' })
})

test('a probe that hangs fails after 5 s, is not run again while it hangs, and passes again after it has ended', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  using _timers = { [Symbol.dispose]: () => void vi.useRealTimers() }
  const disk = Promise.withResolvers<void>()
  const clock = { nowMs: 0 }
  const lines: object[] = []
  let runs = 0
  const storage = () => {
    runs += 1
    return disk.promise
  }
  const write = (facts: object) => void lines.push(facts)
  const log = { warn: write, info: write }
  const readiness = createReadiness({ probes: { storage }, log, now: () => clock.nowMs })
  const first = readiness.check()
  await vi.advanceTimersByTimeAsync(5000)
  expect(await first).toEqual({ storage: 'STORAGE_UNAVAILABLE' })
  clock.nowMs = 60_000
  expect(await readiness.check()).toEqual({ storage: 'STORAGE_UNAVAILABLE' })
  expect(runs).toBe(1)
  expect(lines).toEqual([expect.objectContaining({ detail: 'It has not ended within 5 seconds' })])
  disk.resolve()
  await vi.advanceTimersByTimeAsync(0)
  clock.nowMs += 2000
  expect(await readiness.check()).toEqual({ storage: 'ok' })
  expect(runs).toBe(2)
})

test('the log of a check says why it fails, once for each reason, and when it passes again', () => {
  const lines: object[] = []
  const write = (facts: object) => void lines.push(facts)
  const note = createCheckLog('server', { warn: write, info: write })
  const full = new TintypeError('OVERLOADED', 'All slots are in use')
  expect([undefined, full, full, undefined].map(note)).toEqual(['ok', 'OVERLOADED', 'OVERLOADED', 'ok'])
  expect(lines).toMatchObject([
    { check: 'server', result: 'OVERLOADED', detail: 'All slots are in use' },
    { check: 'server', result: 'ok' },
  ])
})
