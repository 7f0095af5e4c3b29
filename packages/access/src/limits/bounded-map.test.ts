import { expect, test } from 'vitest'
import { createBoundedMap } from './bounded-map.ts'

test('B228: a full map forgets its oldest entry', () => {
  const map = createBoundedMap<string, number>(2)
  map.set('a', 1)
  map.set('b', 2)
  map.set('a', 3)
  map.set('c', 4)
  expect([map.size, map.get('a'), map.get('b'), map.get('c')]).toEqual([2, 3, undefined, 4])
  map.delete('a')
  expect([map.size, map.get('a')]).toEqual([1, undefined])
})
