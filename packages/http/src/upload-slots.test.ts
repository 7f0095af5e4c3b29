import type { TintypeError } from '@tintype/contract'
import { expect, test } from 'vitest'
import { createUploadSlots } from './upload-slots.ts'

const overloaded = expect.objectContaining({ code: 'OVERLOADED', retryAfterSeconds: 1 })

/** Slots, and the names of those that were lost. */
function openSlots(maxConcurrent: number) {
  const slots = createUploadSlots(maxConcurrent)
  const lost: string[] = []
  const acquire = (share: string, name = share) =>
    slots.acquire(share, ({ code }: TintypeError) => void lost.push(`${name} ${code}`))
  return { slots, lost, acquire }
}

test('B306 one caller can use every slot; one more of it is refused', () => {
  const { slots, acquire, lost } = openSlots(3)
  const held = [1, 2, 3].map(() => acquire('a'))
  expect(slots.inFlight).toBe(3)
  expect(() => acquire('a')).toThrow(overloaded)
  expect(slots.refusal('a')).toEqual(overloaded)
  held[0]?.[Symbol.dispose]()
  held[0]?.[Symbol.dispose]()
  expect(slots.inFlight).toBe(2)
  expect(slots.refusal('a')).toBeUndefined()
  expect(lost).toEqual([])
})

test('S-11, B067 another caller gets the newest slot of the caller with the most, until both have as many', () => {
  const { slots, acquire, lost } = openSlots(4)
  const held = ['a0', 'a1', 'a2', 'a3'].map((name) => acquire('a', name))
  expect(slots.refusal('b')).toBeUndefined()
  expect(slots.refusal()).toBeUndefined()
  acquire('b')
  acquire('b')
  expect(lost).toEqual(['a3 OVERLOADED', 'a2 OVERLOADED'])
  expect(() => acquire('b')).toThrow(overloaded)
  acquire('c')
  expect(lost).toHaveLength(3)
  expect(slots.inFlight).toBe(4)
  for (const slot of held) slot[Symbol.dispose]()
  expect(slots.inFlight).toBe(lost[2]?.startsWith('a') ? 3 : 2)
})

test('while every caller has one slot, a new one is refused', () => {
  const { slots, acquire, lost } = openSlots(2)
  acquire('a')
  acquire('b')
  expect(slots.refusal()).toEqual(overloaded)
  expect(() => acquire('c')).toThrow(overloaded)
  expect(lost).toEqual([])
})

test('a server that is stopping refuses every caller', () => {
  const { slots, acquire } = openSlots(2)
  slots.close()
  expect(() => acquire('a')).toThrow('The server is stopping')
  expect(() => slots.assertOpen()).toThrow('The server is stopping')
})
