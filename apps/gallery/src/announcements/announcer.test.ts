import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createAnnouncer } from './announcer.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }))
afterEach(() => void vi.useRealTimers())

function listen() {
  const announcer = createAnnouncer()
  const heard: string[] = []
  announcer.subscribe(() => {
    const { polite } = announcer.announced()
    if (polite.length > 0) heard.push(polite.map(({ text }) => text).join(' | '))
  })
  return { announcer, heard }
}

test('announces at most every five seconds, and then the last text of each subject', () => {
  const { announcer, heard } = listen()
  announcer.say('count', '1 selected')
  announcer.say('count', '2 selected')
  announcer.say('deletion', 'Photo deleted')
  announcer.say('count', '3 selected')
  vi.advanceTimersByTime(4999)
  expect(heard).toEqual(['1 selected'])
  vi.advanceTimersByTime(1)
  expect(heard).toEqual(['1 selected', 'Photo deleted | 3 selected'])
  announcer.say('connection', 'You are offline.')
  announcer.say('connection', '')
  vi.advanceTimersByTime(60_000)
  expect([heard.length, announcer.announced().polite]).toEqual([2, []])
  announcer.say('count', '4 selected')
  expect(heard.at(-1)).toBe('4 selected')
})

test('the same text twice is two messages', () => {
  const { announcer, heard } = listen()
  announcer.say('copy', 'Copied')
  const [first] = announcer.announced().polite
  announcer.say('copy', 'Copied')
  vi.advanceTimersByTime(5000)
  expect(heard).toEqual(['Copied', 'Copied'])
  expect(announcer.announced().polite[0]?.id).toBeGreaterThan(first?.id ?? 0)
})

test('alerts do not wait, and are removed once they are read', () => {
  const { announcer } = listen()
  announcer.say('count', '1 selected')
  announcer.alert('3 failed')
  expect(announcer.announced().alerts.map(({ text }) => text)).toEqual(['3 failed'])
  vi.advanceTimersByTime(5000)
  expect(announcer.announced()).toEqual({ polite: [], alerts: [] })
})
