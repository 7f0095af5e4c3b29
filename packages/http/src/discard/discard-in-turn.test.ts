import { expect, test } from 'vitest'
import { discardInTurn } from './discard-in-turn.ts'

const nextTurn = () => new Promise((resolve) => setImmediate(resolve))

test('S-11c: a few tasks run in each turn, and no address waits for all of another one', async () => {
  const done: string[] = []
  for (let count = 0; count < 20; count += 1) discardInTurn('attacker', () => done.push('attacker'))
  discardInTurn('honest', () => done.push('honest'))
  expect(done).toEqual([])
  await nextTurn()
  expect(done).toEqual(['attacker', 'honest', 'attacker', 'attacker'])
  await nextTurn()
  expect(done).toHaveLength(8)
  for (let turn = 0; turn < 4; turn += 1) await nextTurn()
  expect(done).toHaveLength(21)
  discardInTurn('honest', () => done.push('again'))
  await nextTurn()
  expect(done.at(-1)).toBe('again')
})
