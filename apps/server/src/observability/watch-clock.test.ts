import { expect, test } from 'vitest'
import { watchClock } from './watch-clock.ts'

test('B186 clocks that are far apart are logged once, until they agree again', () => {
  const lines: object[] = []
  const at = (facts: object) => void lines.push(facts)
  const watch = watchClock({ info: at, warn: at, error: at })
  for (const aheadMs of [0, 4999, -5000]) watch(aheadMs)
  expect(lines).toEqual([])
  for (const aheadMs of [5001.4, 6000, 7000]) watch(aheadMs)
  expect(lines).toEqual([{ event: 'clock-skew', aheadMs: 5001 }])
  watch(10)
  watch(-60_000)
  expect(lines).toHaveLength(2)
})
