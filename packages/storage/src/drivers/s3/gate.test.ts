import { expect, test } from 'vitest'
import { createGate } from './gate.ts'

test('B214 places are given in turn, and one that was given back twice is given once', async () => {
  const gate = createGate({ places: 1 })
  const first = await gate.enter()
  const order: number[] = []
  const waiting = [1, 2].map((number) =>
    gate.enter().then((place) => {
      order.push(number)
      return place
    }),
  )
  first[Symbol.dispose]()
  first[Symbol.dispose]()
  const second = await waiting[0]
  expect(order).toEqual([1])
  second?.[Symbol.dispose]()
  await waiting[1]
  expect(order).toEqual([1, 2])
})

test('B214 no place in time is an overload, and costs no place', async () => {
  const gate = createGate({ places: 1, maxWaitMs: 1 })
  const place = await gate.enter()
  await expect(gate.enter()).rejects.toMatchObject({ code: 'OVERLOADED', retryAfterSeconds: 1 })
  place[Symbol.dispose]()
  expect(await gate.enter()).toBeDefined()
})

test('waiting ends with the signal, and costs no place', async () => {
  const gate = createGate({ places: 1 })
  const place = await gate.enter()
  const abort = new AbortController()
  const waiting = gate.enter(abort.signal)
  abort.abort(new Error('gone'))
  await expect(waiting).rejects.toBe(abort.signal.reason)
  await expect(gate.enter(abort.signal)).rejects.toBe(abort.signal.reason)
  place[Symbol.dispose]()
  expect(await gate.enter()).toBeDefined()
})
