import { expect, test } from 'vitest'
import { saveInOrder, valueBeingSaved } from './save-in-order.ts'

/** A server that answers when the test says so. */
function makeServer() {
  const calls: { readonly value: string; readonly answer: PromiseWithResolvers<void> }[] = []
  return {
    values: () => calls.map(({ value }) => value),
    answer: (at: number) => calls[at]?.answer.resolve(),
    refuse: (at: number) => calls[at]?.answer.reject(new Error('refused')),
    save: (name: string, value: string) =>
      saveInOrder(name, value, () => {
        const answer = Promise.withResolvers<void>()
        calls.push({ value, answer })
        return answer.promise
      }),
  }
}

test('a save begins after the one before it has settled', async () => {
  const server = makeServer()
  const first = server.save('title', 'one')
  const second = server.save('title', 'two')
  const other = server.save('alt', 'sea')
  expect([server.values(), valueBeingSaved('title')]).toEqual([['one', 'sea'], 'two'])
  server.answer(0)
  expect(await first).toBe(false)
  expect([server.values(), valueBeingSaved('title')]).toEqual([['one', 'sea', 'two'], 'two'])
  server.answer(1)
  server.answer(2)
  expect(await Promise.all([second, other])).toEqual([true, true])
  expect([valueBeingSaved('title'), valueBeingSaved('alt')]).toEqual([undefined, undefined])
})

test('a failure counts only if no newer save has begun', async () => {
  const server = makeServer()
  const first = server.save('title', 'one')
  const second = server.save('title', 'two')
  server.refuse(0)
  expect(await first).toBe(false)
  server.refuse(1)
  await expect(second).rejects.toThrow('refused')
  expect(valueBeingSaved('title')).toBeUndefined()
})
