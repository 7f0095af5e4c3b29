import { expect, test } from 'vitest'
import { assertFewMembers, maxMembers } from './assert-few-members.ts'

const keys = (count: number, name = 'k') =>
  `{${Array.from({ length: count }, (_, at) => `"${name}${at}" : ${at}`).join(',')}}`
const items = (count: number, item: string) => `[${Array.from({ length: count }, () => item).join(' , ')}]`

test.each([
  ['as many keys as allowed', keys(maxMembers)],
  ['as many elements as allowed', items(maxMembers, '1')],
  ['many objects, each of which is small', `[${keys(1500)},${keys(1500)},${keys(1500)}]`],
  ['commas in a text', JSON.stringify({ alt: ','.repeat(5000) })],
  ['commas in a text after escaped quotes', JSON.stringify({ alt: `"\\",${'","'.repeat(5000)}`, id: 1 })],
  ['nothing', ''],
  ['a text without an end', `{"a": "${',,'.repeat(3000)}`],
])('S-19 %s may be parsed', (_, json) => {
  expect(() => assertFewMembers(json)).not.toThrow()
})

test.each([
  ['one key more', keys(maxMembers + 1)],
  ['keys that end with a backslash', keys(maxMembers + 1, '\\\\\\"\\\\')],
  ['one element more', items(maxMembers + 1, '"\\\\"')],
  ['an inner array with one element more', `{"0":{"ids":${items(maxMembers + 1, '[]')}}}`],
])('S-19 %s is refused before it is parsed', (_, json) => {
  expect(JSON.parse(json)).toBeTypeOf('object')
  const refusal = { code: 'INVALID_REQUEST', facts: { limit: maxMembers } }
  expect(() => assertFewMembers(json)).toThrow(expect.objectContaining(refusal))
})
