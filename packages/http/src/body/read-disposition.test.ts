import { describe, expect, test } from 'vitest'
import { type Disposition, readDisposition } from './read-disposition.ts'

/** A header as busboy gives it: a character for each byte of its UTF-8. */
const bytesOf = (header: string) => Buffer.from(header).toString('latin1')

describe('the disposition of a part', () => {
  test.for<[string, string, Disposition | undefined]>([
    [
      'as the standard has it',
      'form-data; name="file"; filename="a.jpg"',
      { name: 'file', filename: 'a.jpg' },
    ],
    ['of a field', 'form-data; name="title"', { name: 'title', filename: undefined }],
    ['without quotes', 'form-data; name=title', { name: 'title' }],
    ['in other case', 'Form-Data; NAME="title"', { name: 'title' }],
    ['with a last semicolon', 'form-data; name="title";', { name: 'title' }],
    ['with many semicolons', 'form-data;;; name="title" ; ; ', { name: 'title' }],
    ['with spaces around =', 'form-data; name = "title"', { name: 'title' }],
    ['with tabs', 'form-data;\tname\t=\ttitle', { name: 'title' }],
    ['with a word without a value', 'form-data; x; name="title"; y', { name: 'title' }],
    ['without spaces', 'form-data;name="file";filename="a.jpg"', { name: 'file', filename: 'a.jpg' }],
    ['filename first', 'form-data; filename="a.jpg"; name="file"', { name: 'file', filename: 'a.jpg' }],
    ['of another type', 'attachment; name="file"; filename="a.jpg"', undefined],
    [
      'spaces in a bare name',
      'form-data; name=file; filename=my cat.gif',
      { name: 'file', filename: 'my cat.gif' },
    ],
    [
      'bare quotes',
      'form-data; name="file"; filename="a "b" c.jpg"',
      { name: 'file', filename: 'a "b" c.jpg' },
    ],
    [
      'escaped quotes',
      'form-data; name="file"; filename="a \\"b\\".jpg"',
      { name: 'file', filename: 'a "b".jpg' },
    ],
    [
      'a path of Windows',
      'form-data; name="file"; filename="C:\\cats\\a.jpg"',
      { name: 'file', filename: 'C:\\cats\\a.jpg' },
    ],
    [
      'a backslash at its end',
      'form-data; name="file"; filename="cats\\"',
      { name: 'file', filename: 'cats\\' },
    ],
    [
      'an escaped backslash at its end',
      'form-data; name="file"; filename="cats\\\\"',
      { name: 'file', filename: 'cats\\' },
    ],
    [
      'a semicolon inside',
      'form-data; name="file"; filename="a; b.jpg"',
      { name: 'file', filename: 'a; b.jpg' },
    ],
    [
      'an escaped quote and a semicolon',
      'form-data; name="file"; filename="a\\"; b.jpg"',
      { name: 'file', filename: 'a"; b.jpg' },
    ],
    ['no closing quote', 'form-data; name="title', { name: '"title' }],
    [
      'the escapes of browsers',
      'form-data; name="a%22b%0D%0Ac"; filename="100%25 %41.jpg"',
      { name: 'a"b\r\nc', filename: '100%25 %41.jpg' },
    ],
    [
      'UTF-8',
      bytesOf('form-data; name="file"; filename="Zürich 猫.jpg"'),
      { name: 'file', filename: 'Zürich 猫.jpg' },
    ],
    [
      'Latin-1',
      'form-data; name="file"; filename="Z\xfcrich \x80.jpg"',
      { name: 'file', filename: 'Zürich €.jpg' },
    ],
    [
      'RFC 8187',
      'form-data; name="file"; filename*=UTF-8\'\'%e2%82%ac%20rates.jpg',
      { name: 'file', filename: '€ rates.jpg' },
    ],
    [
      'RFC 8187 before the plain one',
      'form-data; name=file; filename="_.jpg"; filename*=utf-8\'en\'%C3%BC.jpg',
      { name: 'file', filename: 'ü.jpg' },
    ],
    [
      'RFC 8187 in quotes',
      'form-data; name=file; filename*="UTF-8\'\'%C3%BC.jpg"',
      { name: 'file', filename: 'ü.jpg' },
    ],
    [
      'RFC 8187 in Latin-1',
      "form-data; name=file; filename*=iso-8859-1''%FC.jpg",
      { name: 'file', filename: 'ü.jpg' },
    ],
    [
      'RFC 8187 that cannot be read',
      'form-data; name=file; filename="a.jpg"; filename*=UTF-8\'\'%FF%zz',
      { name: 'file', filename: 'a.jpg' },
    ],
    [
      'RFC 8187 in an unknown charset',
      'form-data; name=file; filename="a.jpg"; filename*=klingon\'\'a',
      { name: 'file', filename: 'a.jpg' },
    ],
    [
      'encoded words, B',
      'form-data; name="=?utf-8?B?ZmlsZQ==?="; filename="=?utf-8?B?w7wuanBn?="',
      { name: 'file', filename: 'ü.jpg' },
    ],
    [
      'encoded words, Q',
      'form-data; name=file; filename="=?ISO-8859-1?Q?Z=FCrich_1=2Ejpg?="',
      { name: 'file', filename: 'Zürich 1.jpg' },
    ],
    [
      'two encoded words',
      'form-data; name=file; filename="=?utf-8?Q?a_b?= =?utf-8?Q?_c.jpg?="',
      { name: 'file', filename: 'a b c.jpg' },
    ],
    [
      'what only looks like a word',
      'form-data; name=file; filename="=?what?.jpg"',
      { name: 'file', filename: '=?what?.jpg' },
    ],
    ['a blank input', 'form-data; name="file"; filename=""', { name: 'file', filename: '' }],
    ['twice the same', 'form-data; name="one"; name="two"', { name: 'one' }],
    ['an empty name', 'form-data; name=""', { name: '' }],
    ['names of JavaScript', 'form-data; __proto__="x"; name="constructor"', { name: 'constructor' }],
    ['nothing', 'form-data', undefined],
    ['no header', '', undefined],
  ])('%s', ([, header, expected]) => {
    const found = readDisposition(header)
    expect(found).toEqual(expected === undefined ? undefined : { filename: undefined, ...expected })
  })

  test('B150 takes a time that grows with its length alone', () => {
    for (const unit of ['"', '\\"', ';', '; a=', '" ;', '=?', '=?a?b?', '?= =?', '%22', ' "'])
      readDisposition(`form-data; name="${unit.repeat(16_384 / unit.length)}`)
  })
})
