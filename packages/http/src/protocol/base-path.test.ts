import { expect, test } from 'vitest'
import { removeBasePath } from './base-path.ts'

test.each([
  ['/a/b', '/a/b/photos', '/photos'],
  ['/a/b', '/a/b/photos?title=x', '/photos?title=x'],
  ['/a/b', '/a/b/', '/'],
  ['/a/b', '/a/b', '/'],
  ['/a/b', '/a/b?x=1', '/?x=1'],
  ['/a/b', '/a/b//', '//'],
  ['/a/b', '/a/b/a/b/photos', '/a/b/photos'],
  ['/a/b', '/a/bc', undefined],
  ['/a/b', '/a', undefined],
  ['/a/b', '/', undefined],
  ['/a/b', '/A/B/photos', undefined],
  ['/a/b', 'http://localhost/a/b', undefined],
  ['/a/b', '*', undefined],
  ['', '/photos', '/photos'],
  ['', '/', '/'],
  ['', '*', undefined],
])('below %o, %s is %s', (basePath, target, expected) => {
  expect(removeBasePath(target, basePath)).toBe(expected)
})
