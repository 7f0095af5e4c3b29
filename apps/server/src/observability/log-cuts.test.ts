import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { logCuts } from './log-cuts.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout'] }))
afterEach(() => void vi.useRealTimers())

test('connections that are cut are a warning for each reason and client, once a second, and the last ones are counted too', () => {
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

test('one client’s cuts do not hide those of another; those of very many clients share a line', () => {
  const lines: { readonly client?: string; readonly connections?: number }[] = []
  const cut = logCuts({ warn: (facts) => void lines.push(facts) })
  for (let at = 0; at < 1000; at += 1) cut('requests in a pipeline', '192.0.2.1')
  cut('requests in a pipeline', '192.0.2.2')
  expect(lines.map(({ client }) => client)).toEqual(['192.0.2.1', '192.0.2.2'])
  for (let at = 0; at < 1000; at += 1) cut('requests in a pipeline', `198.51.100.${at}`)
  expect(lines).toHaveLength(21)
  vi.advanceTimersByTime(5000)
  expect(lines.reduce((sum, { connections = 0 }) => sum + connections, 0)).toBe(2001)
})
