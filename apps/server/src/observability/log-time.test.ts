import { pino } from 'pino'
import { expect, test, vi } from 'vitest'
import { createLogTime } from './log-time.ts'

test('is the time that pino would write, also if the clock is set back', () => {
  using clock = vi.spyOn(Date, 'now')
  const time = createLogTime(() => Date.now())
  for (const nowMs of [0, 999, 1000, 1_800_000_000_007, 1_800_000_000_070, 1_800_000_001_000, 999]) {
    clock.mockReturnValue(nowMs)
    expect(time()).toBe(pino.stdTimeFunctions.isoTime())
  }
})
