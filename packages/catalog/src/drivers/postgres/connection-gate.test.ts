import { expect, test } from 'vitest'
import { createConnectionGate } from './connection-gate.ts'

test('admits as many as there are places, and the next ones in their order', async () => {
  const gate = createConnectionGate({ places: 2, queueLength: 9, waitMs: 60_000 })
  const first = await gate.enter()
  const second = await gate.enter()
  const order: string[] = []
  const third = gate.enter().then((place) => {
    order.push('third')
    return place
  })
  const fourth = gate.enter().then((place) => {
    order.push('fourth')
    return place
  })
  first[Symbol.dispose]()
  const place = await third
  expect(order).toStrictEqual(['third'])
  second[Symbol.dispose]()
  await fourth
  expect(order).toStrictEqual(['third', 'fourth'])
  place[Symbol.dispose]()
  using _ = await gate.enter()
})

test('refuses at once when too many wait', async () => {
  const gate = createConnectionGate({ places: 1, queueLength: 1, waitMs: 60_000 })
  const first = await gate.enter()
  const waiting = gate.enter()
  await expect(gate.enter()).rejects.toMatchObject({ code: 'CATALOG_UNAVAILABLE', retryAfterSeconds: 1 })
  first[Symbol.dispose]()
  await waiting
})

test('refuses after the wait, and then gives the place to nobody', async () => {
  const gate = createConnectionGate({ places: 1, queueLength: 1, waitMs: 1 })
  const first = await gate.enter()
  await expect(gate.enter()).rejects.toMatchObject({ code: 'CATALOG_UNAVAILABLE' })
  first[Symbol.dispose]()
  using _ = await gate.enter()
})
