import { expect, test } from 'vitest'
import { requestIdOf } from './request-id.ts'

const uuid = /^[0-9a-f-]{36}$/
const idOf = (sent?: string) => requestIdOf({ headers: { 'x-request-id': sent } })

test.each([
  '0a1b',
  '4f6c2d1e-0000-4000-8000-00000000000a',
  'Root=1-67891233-abcdef012345678912345678',
  'x'.repeat(128),
])('the id %s of the caller is kept', (sent) => {
  expect(idOf(sent)).toBe(sent)
})

test.each(['', ' ', 'a b', 'a,b', '-a', 'ä', '"', '<script>', 'x'.repeat(129), 'a\nb', '\u001b[31m'])(
  'B059: the id %j is replaced',
  (sent) => {
    expect(idOf(sent)).toMatch(uuid)
  },
)

test('a request without an id gets a new one', () => {
  expect(idOf()).toMatch(uuid)
  expect(idOf()).not.toBe(idOf())
})
