import type { Photo } from '@tintype/client'
import { expect, test } from 'vitest'
import { layOutGrid } from './lay-out-grid.ts'
import { moveFocus } from './move-focus.ts'

const photos = Array.from(
  { length: 30 },
  (_, at) =>
    ({
      id: `${at}`,
      width: 3,
      height: 2,
      createdAt: at < 12 ? '2026-11-15T12:00:00Z' : '2026-10-15T12:00:00Z',
    }) as unknown as Photo,
)
// five photos of 3:2 fill a row, so November has 5, 5 and 2, and October 5, 5, 5 and 3
const layout = layOutGrid(photos, { widthPx: 766, targetPx: 100, gapPx: 4 }, undefined)
const screen = { screenPx: 400, isRightToLeft: false }
const to = (from: string, key: string, ctrlKey = false) =>
  moveFocus(layout, from, { key, ctrlKey }, screen)?.id

test('has a row of five photos, and begins a row with each month', () => {
  expect(layout.sections.map(({ rows }) => rows.map(({ items }) => items.length))).toEqual([
    [5, 5, 2],
    [5, 5, 5, 3],
  ])
})

test.each([
  ['0', 'ArrowRight', '1'],
  ['4', 'ArrowRight', '5'],
  ['0', 'ArrowLeft', undefined],
  ['1', 'ArrowDown', '6'],
  ['8', 'ArrowDown', '11'],
  ['11', 'ArrowDown', '13'],
  ['13', 'ArrowUp', '11'],
  ['7', 'Home', '5'],
  ['7', 'End', '9'],
  ['1', 'PageDown', '11'],
  ['29', 'PageUp', '19'],
  ['7', 'a', undefined],
])('from photo %s, %s moves to %s', (from, key, target) => {
  expect(to(from, key)).toBe(target)
})

test('with Ctrl, Home and End move to the first and the last photo', () => {
  expect([to('7', 'Home', true), to('7', 'End', true)]).toEqual(['0', '29'])
})

test('arrows follow the direction of the text', () => {
  const mirrored = { ...screen, isRightToLeft: true }
  expect(moveFocus(layout, '1', { key: 'ArrowRight', ctrlKey: false }, mirrored)?.id).toBe('0')
})
