import { expect, test } from 'vitest'
import { createPlaces } from './places.ts'

test('B307 a thousand callers are forgotten when they have left', () => {
  const places = createPlaces({ concurrency: 2, hasSpare: true, companyMs: -1, waitingOf: () => 0 })
  const stays = places.use('stays')
  for (let at = 0; at < 1000; at += 1) {
    const share = `address ${at}`
    places.noteRequest(share)
    const place = places.use(share)
    place.leave()
    place.forget()
  }
  stays.leave()
  expect(places.callers()).toBe(2) // the last one, and the one that counts until it is forgotten
  stays.forget()
  expect([places.active(), places.isBusy('another'), places.callers()]).toEqual([0, false, 0])
})

test('S-03 a caller is busy if it has several requests, and more than each other active one', () => {
  const waiting = new Map<string, number>()
  const waitingOf = (share: string) => waiting.get(share) ?? 0
  const places = createPlaces({ concurrency: 2, hasSpare: true, companyMs: 60_000, waitingOf })
  places.noteRequest('a')
  places.use('a')
  waiting.set('a', 100)
  expect(places.isBusy('a')).toBe(false)
  places.noteRequest('b')
  expect(places.isBusy('a')).toBe(true)
  expect(places.isBusy('b')).toBe(false)
  waiting.set('b', 101)
  expect(places.isBusy('a')).toBe(false)
})
