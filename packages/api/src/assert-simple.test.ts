import { expect, test } from 'vitest'
import { assertSimple, maxDepth, maxMembers } from './assert-simple.ts'

const keys = (count: number, name = 'k') =>
  `{${Array.from({ length: count }, (_, at) => `"${name}${at}" : ${at}`).join(',')}}`
const items = (count: number, item: string) => `[${Array.from({ length: count }, () => item).join(' , ')}]`

test.each([
  ['as many keys as allowed', keys(maxMembers)],
  ['as many elements as allowed', items(maxMembers, '1')],
  ['many objects, each of which is small', `[${keys(1500)},${keys(1500)},${keys(1500)}]`],
  ['commas in a text', JSON.stringify({ alt: ','.repeat(5000) })],
  ['commas in a text after escaped quotes', JSON.stringify({ alt: `"\\",${'","'.repeat(5000)}`, id: 1 })],
  ['as many arrays in each other as allowed', '['.repeat(maxDepth) + ']'.repeat(maxDepth)],
  ['many objects beside each other', items(1000, '{}')],
  ['nothing', ''],
  ['a text without an end', `{"a": "${',,'.repeat(3000)}`],
])('S-19 %s may be parsed', (_, json) => {
  expect(() => assertSimple(json)).not.toThrow()
})

test.each([
  ['one key more', keys(maxMembers + 1)],
  ['keys that end with a backslash', keys(maxMembers + 1, '\\\\\\"\\\\')],
  ['one element more', items(maxMembers + 1, '"\\\\"')],
  ['an inner array with one element more', `{"0":{"ids":${items(maxMembers + 1, '[]')}}}`],
])('S-19 %s is refused before it is parsed', (_, json) => {
  expect(JSON.parse(json)).toBeTypeOf('object')
  const refusal = { code: 'INVALID_REQUEST', facts: { limit: maxMembers } }
  expect(() => assertSimple(json)).toThrow(expect.objectContaining(refusal))
})

test.each([
  ['arrays', `{"id":${'['.repeat(120_000)}${']'.repeat(120_000)}}`],
  ['objects', `${'{"a":'.repeat(maxDepth + 1)}1${'}'.repeat(maxDepth + 1)}`],
  ['arrays without an end', '['.repeat(maxDepth + 1)],
])('S-19 too many %s in each other are refused before they are parsed', (_, json) => {
  const refusal = { code: 'INVALID_REQUEST', facts: { limit: maxDepth } }
  expect(() => assertSimple(json)).toThrow(expect.objectContaining(refusal))
})
