import { expect, test } from 'vitest'
import { formatDay, formatDays } from './format-time.ts'

test('days are formatted from the earlier one to the later one, and one day as itself', () => {
  const [early, late] = ['2026-11-12T12:00:00Z', '2026-11-14T12:00:00Z'] as const
  expect(formatDays(late, early)).toBe(formatDays(early, late))
  expect(formatDays(late, early)).toMatch(/12.*14.*2026/)
  expect(formatDays(late, '2026-11-14T13:00:00Z')).toBe(formatDay(late))
})
