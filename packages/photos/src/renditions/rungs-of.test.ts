import { ladder } from '@tintype/contract'
import { expect, test } from 'vitest'
import { rungsOf } from './prepare-ladder.ts'

test('rungs come widest first, and those of a very long strip are made on their first view', () => {
  const names = (width: number, height: number) => rungsOf({ width, height }).map(({ name }) => name)
  expect(names(8000, 6000)).toEqual(ladder.map((width) => `w${width}`).reverse())
  expect(names(640, 480)).toEqual(['w640', 'w480', 'w320', 'w160'])
  expect(names(639, 480)).toEqual(['w480', 'w320', 'w160'])
  expect(names(3840, 26_000)[0]).toBe('w1920')
  expect(names(400, 29_000)).toEqual(['w160'])
})
