import { describe, expect, test } from 'vitest'
import { cleanFilename } from './clean-filename.ts'

const fallback = 'photo-1.jpg'

describe('the client’s file name', () => {
  test.each([
    ['cat.jpg', 'cat.jpg'],
    ['fö 日本 🐈.jpg', 'fö 日本 🐈.jpg'],
    ['e\u0301.jpg', 'e\u0301.jpg'],
  ])('B045 %j is kept as sent', (name, kept) => {
    expect(cleanFilename(name, fallback)).toBe(kept)
  })

  test.each([
    ['../../etc/passwd', 'passwd'],
    ['..\\..\\boot.ini', 'boot.ini'],
    ['/etc/passwd.jpg', 'passwd.jpg'],
    ['C:\\photos\\cat.jpg', 'cat.jpg'],
    ['\\\\host\\share\\cat.jpg', 'cat.jpg'],
    ['file:///tmp/cat.jpg', 'cat.jpg'],
    ['%2e%2e%2fcat.jpg', '%2e%2e%2fcat.jpg'],
  ])('B041 B042 %j becomes one segment', (name, kept) => {
    expect(cleanFilename(name, fallback)).toBe(kept)
  })

  test.each([undefined, '', ' ', '.', '..', '.htaccess', 'a/', '\u200b', '\u0000', '../..'])(
    'B049 %j falls back',
    (name) => {
      expect(cleanFilename(name, fallback)).toBe(fallback)
    },
  )

  test.each([
    'a\u0000b.jpg',
    'a\r\nb.jpg',
    'a\u202eb.jpg',
    'a\u200bb.jpg',
    'a\u2066b.jpg',
    'a\u001bb.jpg',
    'a\u2028b.jpg',
  ])('B043 B051 B059 %j loses what cannot be seen', (name) => {
    expect(cleanFilename(name, fallback)).toBe('ab.jpg')
  })

  test('B044 what is not Unicode is replaced', () => {
    expect(cleanFilename('a\ud800b.jpg', fallback)).toBe('a\ufffdb.jpg')
  })

  test.each(['x', 'é', '🐈'])(
    'B048 a long name of %j is cut to 255 bytes on a character, and keeps its extension',
    (letter) => {
      const name = cleanFilename(`${letter.repeat(4096)}.jpeg`, fallback)
      const byteSize = Buffer.byteLength(name)
      expect(byteSize).toBeLessThanOrEqual(255)
      expect(byteSize).toBeGreaterThan(255 - 4)
      expect(name).toMatch(/\.jpeg$/)
      expect(name).not.toContain('\ufffd')
    },
  )

  test('B048 a long name that is cut at a space does not end in one', () => {
    expect(cleanFilename(`${'x'.repeat(250)}${' '.repeat(50)}y`, fallback)).toBe('x'.repeat(250))
  })
})
