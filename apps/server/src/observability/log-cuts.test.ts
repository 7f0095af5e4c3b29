import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { logCuts } from './log-cuts.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout'] }))
afterEach(() => void vi.useRealTimers())

test('connections that are cut are a warning for each reason, once a second, and the last ones are counted too', () => {
  const lines: object[] = []
  const cut = logCuts({ warn: (facts) => void lines.push(facts) })
  for (const waitMs of [0, 400, 400]) {
    vi.advanceTimersByTime(waitMs)
    cut('connections of one client', '192.0.2.7')
  }
  cut('requests in a pipeline', '192.0.2.8')
  vi.advanceTimersByTime(5000)
  cut('connections of one client', '192.0.2.9')
  expect(lines).toEqual([
    { event: 'cut', reason: 'connections of one client', client: '192.0.2.7', connections: 1 },
    { event: 'cut', reason: 'requests in a pipeline', client: '192.0.2.8', connections: 1 },
    { event: 'cut', reason: 'connections of one client', client: '192.0.2.7', connections: 2 },
    { event: 'cut', reason: 'connections of one client', client: '192.0.2.9', connections: 1 },
  ])
})
