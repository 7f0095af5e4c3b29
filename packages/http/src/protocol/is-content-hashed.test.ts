import { expect, test } from 'vitest'
import { isContentHashed } from './is-content-hashed.ts'

test.each([
  ['/assets/index-BxYz12_a.js', true],
  ['/assets/index-D-x_9aBc.css', true],
  ['/assets/index-abcdef12.js.map', true],
  ['/assets/inter-BxYz12_aBxYz12_a.woff2', true],
  ['/app-BxYz12ab.js', true],
  ['/assets/index.js', false],
  ['/assets/index-short1.js', false],
  ['/assets/page-BxYz12_a.html', false],
  ['/assets/apple-touch-icon.png', false],
  ['/apple-touch-icon.png', false],
  ['/android-chrome-192x192.png', false],
  ['/index.html', false],
  ['/favicon.ico', false],
])('%s has a hash of its content in its name: %s', (path, expected) => {
  expect(isContentHashed(path)).toBe(expected)
})
