import { expect, test } from 'vitest'
import { parseJsonPointer, resolveJsonPointer } from './json-pointer.ts'

// the examples of RFC 6901 §5 that have a member
const document = {
  foo: ['bar', 'baz'],
  '': 0,
  'a/b': 1,
  'c%d': 2,
  'm~n': 8,
  deep: { 'https://x.example/t': { owner: 'o' } },
}

test.each([
  ['/foo', ['bar', 'baz']],
  ['/foo/0', 'bar'],
  ['/', 0],
  ['/a~1b', 1],
  ['/c%d', 2],
  ['/m~0n', 8],
  ['/deep/https:~1~1x.example~1t/owner', 'o'],
  ['/foo/length', 2],
  ['/foo/2', undefined],
  ['/missing/owner', undefined],
  ['/a~1b/owner', undefined],
  ['/toString', undefined],
  ['/__proto__', undefined],
])('%s leads to %j', (pointer, value) => {
  expect(resolveJsonPointer(parseJsonPointer(pointer), document)).toEqual(value)
})

test.each(['', 'sub', '/~', '/a~2', '~1'])('%j is refused', (text) => {
  expect(() => parseJsonPointer(text)).toThrow(/^expected a JSON pointer/)
})
