import {
  array,
  assert,
  constantFrom,
  dictionary,
  integer,
  oneof,
  property,
  string,
  subarray,
} from 'fast-check'
import { expect, test } from 'vitest'
import { chooseCoding, contentCodings } from './accept-encoding.ts'

const available = subarray([...contentCodings])
const weights = dictionary(
  constantFrom(...contentCodings, 'identity', '*', 'deflate'),
  integer({ min: 0, max: 1000 }),
  {
    noNullPrototype: true,
  },
)

test('the coding chosen is one there is, that no other outweighs', async () => {
  await assert(
    property(weights, available, (weighed, there) => {
      const header = Object.entries(weighed)
        .map(([name, weight]) => `${name};q=${(weight / 1000).toFixed(3)}`)
        .join(', ')
      const chosen = chooseCoding(header, there)
      const weightOf = (coding: string) =>
        weighed[coding] ?? (coding === 'identity' ? 0 : (weighed['*'] ?? 0))
      for (const other of there) expect(weightOf(other)).toBeLessThanOrEqual(weightOf(chosen))
      if (chosen !== 'identity') expect(weightOf(chosen)).toBeGreaterThan(0)
    }),
  )
})

test('whatever a client sends, one there is is chosen', async () => {
  const pieces = constantFrom(
    'br',
    'gzip',
    'x-gzip',
    '*',
    ';q=',
    '1',
    '0.5',
    '2',
    ',',
    ' ',
    '\t',
    '=',
    'identity',
  )
  await assert(
    property(array(oneof(pieces, string({ maxLength: 4 })), { maxLength: 30 }), available, (sent, there) => {
      expect(['identity', ...there]).toContain(chooseCoding(sent.join(''), there))
    }),
  )
})
