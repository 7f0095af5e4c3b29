import { describe, expect, test } from 'vitest'
import { isContentHashed, parseStaticPath } from './static-file.ts'

describe('parseStaticPath', () => {
  test.each([
    ['/index.html', '/index.html'],
    ['/assets/index-BxYz12_-.js', '/assets/index-BxYz12_-.js'],
    ['/my%20photo.png', '/my photo.png'],
    ['/k%C5%AF%C5%88.png', '/kůň.png'],
    ['/100%25.png', '/100%.png'],
  ])('%s → %s', (urlPath, expected) => {
    expect(parseStaticPath(urlPath)).toBe(expected)
  })

  test.each([
    '',
    'index.html',
    '/',
    '//',
    '//index.html',
    '/assets/',
    '/assets//index.js',
    '/./index.html',
    '/../index.html',
    '/assets/../index.html',
    '/%2e%2e/index.html',
    '/%2E%2e%2findex.html',
    '/..%2findex.html',
    '/assets%2findex.js',
    '/..%5cindex.html',
    '/..\\index.html',
    '/%252e%252e/index.html/..',
    '/%00',
    '/index.html%00.png',
    '/a%0d%0ab',
    '/%',
    '/%zz',
    '/%c0%ae%c0%ae/x',
    '/%ff',
    '/.env',
    '/assets/.hidden/x.js',
    '/C:/x',
    '/index.html.',
    '/index.html%20',
    '/index.html::$DATA',
    '/index.js.br',
    '/index.js.GZ',
    '/index.js%2ebr',
    '/index.js.zst',
    `/${'a'.repeat(2000)}`,
  ])('B177: %s names nothing', (urlPath) => {
    expect(parseStaticPath(urlPath)).toBeUndefined()
  })
})

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
