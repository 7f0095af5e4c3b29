import { expect, test } from 'vitest'
import { createKeyMemory } from './key-memory.ts'

test('returns no key until one is needed, then waits for it, and for another one if it is refused', async () => {
  const memory = createKeyMemory()
  const states: string[] = []
  const end = memory.subscribe(() => states.push(memory.state()))
  expect([memory.readToken({}), memory.state()]).toEqual(['', 'unneeded'])
  const first = memory.readToken({ refused: '' })
  memory.hold('one', ['photos:read'])
  const second = memory.readToken({ refused: 'one' })
  memory.hold('two', ['photos:read'])
  end()
  memory.hold('three', ['photos:read'])
  expect(await Promise.all([first, second])).toEqual(['one', 'two'])
  expect(states).toEqual(['missing', 'held', 'refused', 'held'])
})

test('asks once for all clients, and returns what is held to one whose key is older', async () => {
  const memory = createKeyMemory()
  const waiting = [memory.readToken({ refused: '' }), memory.readToken({}), memory.readToken({ refused: '' })]
  memory.hold('one', ['photos:read'])
  expect(await Promise.all(waiting)).toEqual(['one', 'one', 'one'])
  expect([memory.readToken({}), memory.readToken({ refused: '' })]).toEqual(['one', 'one'])
  expect([memory.state(), memory.rights()]).toEqual(['held', ['photos:read']])
})
