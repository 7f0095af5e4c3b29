import { afterEach, expect, test, vi } from 'vitest'
import { createDigestMemory } from './digest-memory.ts'

afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

/** The storage of a browser, with the methods that the page uses. */
function openStorage(stored?: string) {
  const kept = new Map(stored === undefined ? [] : [['tintype-digests', stored]])
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    removeItem: (key: string) => void kept.delete(key),
    setItem: (key: string, value: string) => void kept.set(key, value),
    read: () => JSON.parse(kept.get('tintype-digests') ?? 'null'),
  }
}
const open = (storage: object) => createDigestMemory(() => storage as Storage)

test('digests are known after a reload, also those of another tab, and the oldest are dropped', () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const storage = openStorage()
  const [one, other] = [open(storage), open(storage)]
  one.set('a/1/2', 'aa')
  other.set('b/1/2', 'bb')
  expect(storage.read()).toBeNull()
  vi.advanceTimersByTime(2000)
  expect(['a/1/2', 'b/1/2', 'c/1/2'].map((print) => open(storage).get(print))).toEqual([
    'aa',
    'bb',
    undefined,
  ])
  for (let at = 0; at < 9999; at++) one.set(`${at}`, 'cc')
  vi.advanceTimersByTime(2000)
  expect([storage.read().length, open(storage).get('a/1/2'), open(storage).get('9998')]).toEqual([
    10_000,
    undefined,
    'cc',
  ])
})

test('what was not stored yet is stored when the page is left', () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const page = new EventTarget()
  vi.stubGlobal('addEventListener', page.addEventListener.bind(page))
  const storage = openStorage()
  open(storage).set('a/1/2', 'aa')
  page.dispatchEvent(new Event('pagehide'))
  expect(storage.read()).toEqual([['a/1/2', 'aa']])
})

test('digests are forgotten, also those that were to be stored', () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const storage = openStorage('[["a/1/2","aa"]]')
  const memory = open(storage)
  memory.set('b/1/2', 'bb')
  memory.clear()
  vi.advanceTimersByTime(2000)
  expect([storage.read(), memory.get('a/1/2'), memory.get('b/1/2')]).toEqual([null, undefined, undefined])
})

test.each([
  ['something else was stored', openStorage('nonsense')],
  ['the browser allows no storage', {}],
])('digests are known until the page is closed if %s', (_, storage) => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const memory = open(storage)
  expect(memory.get('a/1/2')).toBeUndefined()
  memory.set('a/1/2', 'aa')
  vi.advanceTimersByTime(2000)
  expect(memory.get('a/1/2')).toBe('aa')
})
