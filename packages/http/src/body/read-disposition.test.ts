import { describe, expect, test } from 'vitest'
import { type Disposition, readDisposition } from './read-disposition.ts'

/** A header as busboy gives it: a character for each byte of its UTF-8. */
const bytesOf = (header: string) => Buffer.from(header).toString('latin1')

const plainFile = { name: 'file', filename: 'a.jpg' }

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
    ['letters after the quote of a filename', 'form-data; name="file"; filename="a.jpg"x', plainFile],
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
    ['no closing quote', 'form-data; name="title', { name: 'title' }],
    ['no opening quote', 'form-data; name=title"', { name: 'title' }],
    ['no closing quote before another parameter', 'form-data; name="file; filename="a.jpg"', plainFile],
    ['a parameter without a semicolon', 'form-data; name="title" charset=utf-8', { name: 'title' }],
    [
      'a parameter in quotes without a semicolon',
      'form-data; name="title" charset="utf-8"',
      { name: 'title' },
    ],
    ['a filename without a semicolon', 'form-data; name="file" filename="a.jpg"', plainFile],
    ['a filename without a semicolon and quotes', 'form-data; name=file filename=a.jpg', plainFile],
    ['commas in place of semicolons', 'form-data; name="file", filename="a.jpg"', plainFile],
    ['letters after the quote', 'form-data; name="title"x', { name: 'title' }],
    ['letters after the quote of a file', 'form-data; name="file"x; filename="a.jpg"y', plainFile],
    [
      'letters after the quote of a blank input',
      'form-data; name="file"x; filename=""',
      { name: 'file', filename: '' },
    ],
    ['a word after the quote', 'form-data; name="title" name2', { name: 'title' }],
    ['a backslash before the last quote', 'form-data; name="title\\"', { name: 'title' }],
    ['a backslash before the last quote of a file', 'form-data; name="file\\"; filename="a.jpg"', plainFile],
    ['backslashes before both quotes', 'form-data; name=\\"file\\"; filename=\\"a.jpg\\"', plainFile],
    ['single quotes', "form-data; name='file'; filename='a.jpg'", plainFile],
    ['quotes of a word processor', bytesOf('form-data; name=“title”'), { name: 'title' }],
    ['a last comma', 'form-data; name=title,', { name: 'title' }],
    ['a last comma after quotes', 'form-data; name="title",', { name: 'title' }],
    ['spaces inside of the quotes', 'form-data; name=" title "', { name: 'title' }],
    ['a name in RFC 8187', "form-data; name*=utf-8''title", { name: 'title' }],
    ['two words without quotes', 'form-data; name=title x', undefined],
    ['two =', 'form-data; name==title', undefined],
    ['two quotes after a name', 'form-data; name="title""', { name: 'title' }],
    ['two quotes around a name', 'form-data; name=""title""', { name: 'title' }],
    [
      'two quotes around a filename',
      'form-data; name="file"; filename="a "b""',
      { name: 'file', filename: 'a "b"' },
    ],
    ['a second text in quotes after a name', 'form-data; name="title" "x"', undefined],
    ['quotes in a name', 'form-data; name="a"b"', undefined],
    ['quotes that no reader can pair', 'form-data; name="a"b"c', undefined],
    ['a name after a space', 'form-data; na me="title"', undefined],
    ['no type', 'name="title"', undefined],
    ['no semicolon after the type', 'form-data name="title"', { name: 'title' }],
    ['a comma after the type', 'form-data, name=title; x=y', { name: 'title' }],
    ['a longer type', 'form-data2; name="title"', undefined],
    ['no name beside a filename', 'form-data; filename="a.jpg"', undefined],
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
    ['twice the same', 'form-data; name="one"; name="one"', { name: 'one' }],
    ['two names', 'form-data; name="one"; name="two"', undefined],
    ['two filenames', 'form-data; name="file"; filename="a.jpg"; filename="b.jpg"', plainFile],
    ['an empty name', 'form-data; name=""', { name: '' }],
    ['names of JavaScript', 'form-data; __proto__="x"; name="constructor"', { name: 'constructor' }],
    ['nothing', 'form-data', undefined],
    ['no header', '', undefined],
  ])('%s', ([, header, expected]) => {
    const found = readDisposition(header)
    expect(found).toEqual(expected === undefined ? undefined : { filename: undefined, ...expected })
  })

  test.for([
    ['Shift_JIS', 'form-data; name="file"; filename="\x95\x5c.jpg"', '表.jpg'],
    ['windows-1252', 'form-data; name="file"; filename="\xc3\xbc.jpg"', 'Ã¼.jpg'],
    ['utf-8', 'form-data; name="file"; filename="\xc3\xbc.jpg"', 'ü.jpg'],
    ['klingon', 'form-data; name="file"; filename="\xc3\xbc.jpg"', 'ü.jpg'],
  ] as const)('a filename of a form in %s', ([charset, header, filename]) => {
    expect(readDisposition(header, charset)).toEqual({ name: 'file', filename })
  })

  test('B150 takes a time that grows with its length alone', () => {
    for (const unit of [
      '"',
      '\\"',
      ';',
      '; a=',
      ' ',
      ', ',
      "'",
      '" a=',
      '; a="',
      '" ;',
      '=?',
      '=?a?b?',
      '?= =?',
      '%22',
      ' "',
    ])
      for (const start of ['name="', 'name=', 'filename="', 'filename=', '', '"'])
        readDisposition(`form-data; ${start}${unit.repeat(16_384 / unit.length)}`)
  })
})
