import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { logCuts } from './log-cuts.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }))
afterEach(() => void vi.useRealTimers())

test('connections that are cut are a warning for each reason, once a second, with their number since the last one', () => {
  const lines: object[] = []
  const cut = logCuts({ warn: (facts) => void lines.push(facts) })
  for (const waitMs of [0, 400, 400, 200]) {
    vi.advanceTimersByTime(waitMs)
    cut('connections of one client', '192.0.2.7')
  }
  cut('requests in a pipeline', '192.0.2.8')
  expect(lines).toEqual([
    { event: 'cut', reason: 'connections of one client', client: '192.0.2.7', connections: 1 },
    { event: 'cut', reason: 'connections of one client', client: '192.0.2.7', connections: 3 },
    { event: 'cut', reason: 'requests in a pipeline', client: '192.0.2.8', connections: 1 },
  ])
})
