import { validateHeaderValue } from 'node:http'
import { array, assert, constantFrom, nat, oneof, property, string } from 'fast-check'
import { expect, test } from 'vitest'
import { attachmentHeader, parseAttachmentFilename } from './content-disposition.ts'

const codeUnit = nat(0xffff).map((code) => String.fromCharCode(code))
const hostile = constantFrom(
  '\r\n',
  '\0',
  '"',
  '\\',
  '%',
  '%22',
  ';',
  "'",
  '*',
  '\u202e',
  '\ud800',
  '.',
  ' ',
  '/',
)
const name = array(oneof(hostile, codeUnit, string({ unit: 'grapheme', maxLength: 40 })), {
  maxLength: 20,
}).map((pieces) => pieces.join(''))

test('B053 B054 any name becomes one line of visible ASCII that Node accepts as a header', async () => {
  await assert(
    property(name, (filename) => {
      const header = attachmentHeader(filename)
      expect(header).toMatch(/^attachment; filename="[ !#-[\]-~]+"(; filename\*=UTF-8''[!-~]+)?$/)
      validateHeaderValue('Content-Disposition', header)
    }),
  )
})

test('a header that is written can be read, and is written the same again', async () => {
  await assert(
    property(name, (filename) => {
      const header = attachmentHeader(filename.slice(0, 190))
      const saved = parseAttachmentFilename(header)
      expect(saved).toBeDefined()
      expect(attachmentHeader(saved ?? '')).toBe(header)
    }),
  )
})

test('B045 a name that every system can store is written and read unchanged', async () => {
  const plain = string({ unit: constantFrom(..."aZ09-_ .éß日🐈()%'"), maxLength: 60 })
  await assert(
    property(plain, (inner) => {
      const filename = `x${inner}x.jpg`
      expect(parseAttachmentFilename(attachmentHeader(filename))).toBe(filename)
    }),
  )
})

test('B046 any header of a client is read as a name or as none', async () => {
  const pieces = [
    'attachment',
    ';',
    ' ',
    'filename',
    '*',
    '=',
    '"',
    '\\',
    "UTF-8''",
    '%e2',
    '%',
    'x',
    '\xe9',
    '\t',
  ]
  const header = array(oneof(constantFrom(...pieces), string({ maxLength: 5 })), { maxLength: 40 })
  await assert(
    property(header, (sent) => {
      const filename = parseAttachmentFilename(sent.join(''))
      expect(filename === undefined || filename.length > 0).toBe(true)
    }),
  )
})
