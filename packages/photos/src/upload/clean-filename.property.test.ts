import { array, assert, constantFrom, nat, oneof, property, string } from 'fast-check'
import { expect, test } from 'vitest'
import { cleanFilename } from './clean-filename.ts'

const fallback = 'photo.jpg'
const hostile = constantFrom(
  ...['/', '\\', '..', '.', ' ', '\0', '\r\n', '\u202e', '\u200b', '\u2066', '\ufeff', '\u00a0', '\u3000'],
  ...[
    '🐈',
    'é',
    '日本',
    '.jpg',
    '"',
    '%2f',
    '\ud800',
    '\udc00',
    'a'.repeat(60),
    '語'.repeat(40),
    ' '.repeat(90),
  ],
)
const codeUnit = nat(0xffff).map((code) => String.fromCharCode(code))
const name = array(oneof(hostile, string({ unit: 'binary', maxLength: 80 }), codeUnit), {
  maxLength: 12,
}).map((pieces) => pieces.join(''))

test('B043 B048 B051 B059 whatever the client calls it, a name is one visible segment of at most 255 bytes', async () => {
  await assert(
    property(name, (sent) => {
      const clean = cleanFilename(sent, fallback)
      expect(clean).not.toMatch(/[/\\\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u)
      expect(clean).not.toMatch(/^\.|^\s|\s$|^$/)
      expect(Buffer.byteLength(clean)).toBeLessThanOrEqual(255)
    }),
  )
})

test('a clean name is left as it is', async () => {
  await assert(
    property(name, (sent) => {
      const clean = cleanFilename(sent, fallback)
      expect(cleanFilename(clean, 'other')).toBe(clean)
    }),
  )
})
