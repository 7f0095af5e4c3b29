import { TintypeError } from '@tintype/contract'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createErrorLog } from './error-log.ts'

type Line = { readonly level: string } & Record<string, unknown>

function setUp() {
  const lines: Line[] = []
  const at = (level: string) => (facts: object) => void lines.push({ level, ...facts })
  return { lines, logError: createErrorLog({ info: at('info'), warn: at('warn'), error: at('error') }) }
}

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }))
afterEach(() => void vi.useRealTimers())

describe('the log of failures', () => {
  test('S-19: a line is a few kilobytes at most, whatever the client sent', () => {
    const lines: object[] = []
    const write = (facts: object) => void lines.push(facts)
    const logError = createErrorLog({ info: write, warn: write, error: write })
    const long = 'x'.repeat(250_000)
    logError(new TintypeError('INVALID_REQUEST', long), { requestId: 'r', procedure: long })
    expect(lines).toHaveLength(1)
    expect(JSON.stringify(lines).length).toBeLessThan(2000)
  })

  test('overload is a warning, once a second, with the number of refusals since the last line', () => {
    const { lines, logError } = setUp()
    const overloaded = new TintypeError('OVERLOADED', 'All slots are in use')
    for (const waitMs of [0, 100, 100, 799, 1, 5000]) {
      vi.advanceTimersByTime(waitMs)
      logError(overloaded, { requestId: 'a' })
    }
    expect(lines.map(({ level, event, refusals }) => [level, event, refusals])).toEqual([
      ['warn', 'overloaded', 1],
      ['warn', 'overloaded', 4],
      ['warn', 'overloaded', 1],
    ])
  })

  test('a full disk is a warning of its own, once a second, with its cause', () => {
    const { lines, logError } = setUp()
    const full = new TintypeError('STORAGE_FULL', 'There is no space left', { cause: new Error('ENOSPC') })
    for (const waitMs of [0, 100, 900]) {
      vi.advanceTimersByTime(waitMs)
      logError(full, { requestId: 'a' })
      logError(new TintypeError('OVERLOADED', 'All slots are in use'), { requestId: 'b' })
    }
    expect(lines.map(({ level, event, refusals, err }) => [level, event, refusals, err])).toEqual([
      ['warn', 'full', 1, full.cause],
      ['warn', 'overloaded', 1, undefined],
      ['warn', 'full', 2, full.cause],
      ['warn', 'overloaded', 2, undefined],
    ])
  })

  test('the last refusals of a burst are counted too', () => {
    vi.useFakeTimers({ toFake: ['performance', 'setTimeout'] })
    const { lines, logError } = setUp()
    for (let at = 0; at < 30; at += 1)
      logError(new TintypeError('OVERLOADED', 'All slots are in use'), { requestId: String(at) })
    vi.advanceTimersByTime(5000)
    expect(lines.map(({ requestId, refusals }) => [requestId, refusals])).toEqual([
      ['0', 1],
      ['29', 29],
    ])
  })

  test('a Host or Origin that is not allowed is a warning once a second, and the others are logged at info', () => {
    const { lines, logError } = setUp()
    const facts = { received: 'https://app.example' }
    const refused = new TintypeError('ORIGIN_NOT_ALLOWED', 'not allowed', { facts })
    for (const waitMs of [0, 100, 900]) {
      vi.advanceTimersByTime(waitMs)
      logError(refused, { requestId: 'a' })
    }
    expect(lines.map(({ level, received, refusals }) => [level, received, refusals])).toEqual([
      ['warn', 'https://app.example', 1],
      ['info', undefined, undefined],
      ['warn', 'https://app.example', 2],
    ])
  })

  test('two servers in one process count separately', () => {
    const [one, other] = [setUp(), setUp()]
    for (const { logError } of [one, other]) logError(new TintypeError('OVERLOADED', 'full'), {})
    expect([one.lines.length, other.lines.length]).toEqual([1, 1])
  })

  test('a fault of the server is logged as an error each time, a fault of the client is not', () => {
    const { lines, logError } = setUp()
    const cause = new Error('the disk is gone')
    for (let round = 0; round < 2; round += 1)
      logError(new TintypeError('STORAGE_UNAVAILABLE', 'gone', { cause }), { requestId: 'a' })
    logError(new TintypeError('PHOTO_NOT_FOUND', 'none'), { requestId: 'b' })
    expect(lines).toMatchObject([
      { level: 'error', event: 'failed', err: cause },
      { level: 'error', event: 'failed', err: cause },
      { level: 'info', event: 'refused', requestId: 'b' },
    ])
  })
})
