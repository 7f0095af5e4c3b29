import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { describe, expect, test } from 'vitest'
import { attachmentHeader, parseAttachmentFilename } from './content-disposition.ts'

const hostile = [
  '',
  '"',
  'a"; filename="evil.exe',
  'a\r\nSet-Cookie: x=1.jpg',
  'a%0d%0aX: y.jpg',
  'a\0b.jpg',
  '\u0000\u0001\u001f\u007f\u0085',
  'back\\slash.jpg',
  'semi;colon.jpg',
  'percent%22.jpg',
  "it's (1)*.jpg",
  'žluťoučký kůň.jpg',
  '写真.jpg',
  '😀.png',
  '\ud800lone\udfff.jpg',
  'gpj.\u202eexe.jpg',
  'line\u2028separator.jpg',
  'CON',
  'nul.jpg',
  'trailing. . .',
  '...',
  '../../etc/passwd',
  'C:\\Windows\\x.jpg',
  'x.jpg::$DATA',
  'a'.repeat(100_000),
  `${'é'.repeat(100_000)}.jpeg`,
  '😀'.repeat(300),
]

describe('attachmentHeader', () => {
  test.each([
    ['B053', 'cat.jpg', 'attachment; filename="cat.jpg"'],
    ['B053', 'my cat; 1.jpg', 'attachment; filename="my cat; 1.jpg"'],
    ['B053', 'a"b.jpg', 'attachment; filename="a_b.jpg"'],
    ['B053', '100%.jpg', `attachment; filename="100_.jpg"; filename*=UTF-8''100%25.jpg`],
    ['B053', 'kůň.jpg', `attachment; filename="k__.jpg"; filename*=UTF-8''k%C5%AF%C5%88.jpg`],
    ['B053', "é'(1)!.jpg", `attachment; filename="_'(1)!.jpg"; filename*=UTF-8''%C3%A9%27%281%29!.jpg`],
    ['B054', 'a\r\nb.jpg', 'attachment; filename="a__b.jpg"'],
    ['B047', 'CON', 'attachment; filename="_CON"'],
    ['B047', 'nul.jpg', 'attachment; filename="_nul.jpg"'],
    ['B047', 'com1 .jpg', 'attachment; filename="_com1 .jpg"'],
    ['B047', 'console.jpg', 'attachment; filename="console.jpg"'],
    ['B047', 'lpt¹.jpg', `attachment; filename="_lpt_.jpg"; filename*=UTF-8''_lpt%C2%B9.jpg`],
    ['B047', 'cat.jpg. .', 'attachment; filename="cat.jpg"'],
    ['B047', 'x.jpg::$DATA', 'attachment; filename="x.jpg__$DATA"'],
    ['B047', 'a<b>c|d?e*f.jpg', 'attachment; filename="a_b_c_d_e_f.jpg"'],
    ['B047', '', 'attachment; filename="photo"'],
    ['B047', ' .. ', 'attachment; filename="photo"'],
    ['B047', '.jpg', 'attachment; filename="_.jpg"'],
    ['B051', 'gpj.\u202eexe', 'attachment; filename="gpj._exe"'],
  ])('%s: %j', (_threat, filename, expected) => {
    expect(attachmentHeader(filename)).toBe(expected)
  })

  test.each(hostile)(
    'B053, B054: %j is one line that Node accepts, and is read back as a safe name',
    (filename) => {
      const header = attachmentHeader(filename)
      expect(() => new ServerResponse(new IncomingMessage(new Socket())).setHeader('a', header)).not.toThrow()
      expect(header).toMatch(/^attachment; filename="[^"\\%]+"(?:; filename\*=UTF-8''[\w!#$&+.^`|~%-]+)?$/)
      expect(header).toMatch(/^[ -~]{1,2100}$/)
      const name = parseAttachmentFilename(header) ?? ''
      expect(name).toMatch(/^[^"*/:<>?\\|\p{Cc}]+$/u)
      expect(name).not.toMatch(/^\.|[. ]$/)
      expect(name.length).toBeLessThanOrEqual(201)
    },
  )

  test('B047: a long name keeps its extension', () => {
    expect(attachmentHeader(`${'a'.repeat(300)}.jpeg`)).toBe(`attachment; filename="${'a'.repeat(195)}.jpeg"`)
  })
})

describe('parseAttachmentFilename', () => {
  test.each([
    ['B046', 'attachment; filename=cat.jpg', 'cat.jpg'],
    ['B046', 'attachment; filename="my cat.jpg"', 'my cat.jpg'],
    ['B046', 'ATTACHMENT;FILENAME = "cat.jpg"', 'cat.jpg'],
    ['B046', 'inline; filename=cat.jpg', 'cat.jpg'],
    ['B046', 'attachment; size=5; filename="a;b.jpg"; x=y', 'a;b.jpg'],
    ['B046', 'attachment;; filename=cat.jpg;', 'cat.jpg'],
    ['B046', 'attachment; filename=a.jpg; filename=b.jpg', 'a.jpg'],
    ['B046', `attachment; filename="a.jpg"; filename*=UTF-8''k%C5%AF.jpg`, 'ků.jpg'],
    ['B046', `attachment; filename*=utf-8'cs'k%c5%af.jpg; filename="a.jpg"`, 'ků.jpg'],
    ['B046', `attachment; filename*=UTF-8''it's(1)*.jpg`, "it's(1)*.jpg"],
    ['B046', `attachment; filename*=ISO-8859-1''%e9.jpg; filename=a.jpg`, 'é.jpg'],
    ['B046', `attachment; filename*=KOI8-R''%e9.jpg; filename=a.jpg`, 'И.jpg'],
    ['B046', `attachment; filename*=klingon''%e9.jpg; filename=a.jpg`, 'a.jpg'],
    ['B046', `attachment; filename*=us-ascii''k%C5%AF.jpg; filename=a.jpg`, 'ků.jpg'],
    ['B046', `attachment; filename*=UTF-8''; filename=a.jpg`, 'a.jpg'],
    ['B046', `attachment; filename*=UTF-8''%e9.jpg; filename=a.jpg`, 'a.jpg'],
    ['B046', `attachment; filename*=UTF-8''%zz.jpg; filename=a.jpg`, 'a.jpg'],
    ['B046', `attachment; filename*=cat.jpg`, undefined],
    ['B046', `attachment; filename*=UTF-8''`, undefined],
    ['B046', 'attachment; filename="a\\"b\\\\c.jpg"', 'a"b\\c.jpg'],
    ['B046', 'attachment; filename="C:\\photos\\cat.jpg"', 'C:\\photos\\cat.jpg'],
    ['B046', `attachment; filename="${Buffer.from('kůň.jpg').toString('latin1')}"`, 'kůň.jpg'],
    ['B046', 'attachment; filename="\xe9.jpg"', 'é.jpg'],
    ['B046', undefined, undefined],
    ['B046', '', undefined],
    ['B046', 'attachment', undefined],
    ['B046', 'attachment; filename=', undefined],
    ['B046', 'attachment; filename=""', undefined],
    ['B046', 'attachment; filename="open', 'open'],
    ['B046', 'attachment; filename', undefined],
    ['B046', 'filename="cat.jpg"', 'cat.jpg'],
    ['B046', 'filename=cat.jpg', 'cat.jpg'],
    ['B046', "filename*=UTF-8''k%C5%AF.jpg", 'ků.jpg'],
    ['B046', '; filename=cat.jpg', 'cat.jpg'],
    ['B046', 'attachment filename=cat.jpg', 'cat.jpg'],
    ['B046', 'cat.jpg', undefined],
    ['B046', 'attachment; filename="=?UTF-8?B?a8WvLmpwZw==?="', 'ků.jpg'],
    ['B046', 'attachment; filename="=?ISO-8859-1?Q?=E9_1=2Ejpg?="', 'é 1.jpg'],
    ['B046', 'attachment; filename==?utf-8?Q?k=C5=AF.jpg?=', 'ků.jpg'],
    ['B046', 'attachment; filename="100%22.jpg"', '100%22.jpg'],
    ['B046', 'attachment; filename="a "b" c.jpg"', 'a "b" c.jpg'],
    ['B046', 'attachment; filename="cats\\"', 'cats\\'],
    ['B046', 'attachment; filename="cat.jpg" size=5', 'cat.jpg'],
    ['B046', "attachment; filename='my cat.jpg'", 'my cat.jpg'],
    ['B046', 'attachment; name="x"garbage; filename=a.jpg', 'a.jpg'],
    ['B285', 'attachment; __proto__=x; constructor=y', undefined],
  ])('%s: %s', (_threat, header, expected) => {
    expect(parseAttachmentFilename(header)).toBe(expected)
  })

  test.each([
    `attachment; size="${'\\'.repeat(16_000)}`,
    `attachment${' '.repeat(16_000)}x`,
    `attachment${'; '.repeat(8000)}`,
    `attachment; filename*=UTF-8''${'%41'.repeat(5000)}%`,
    `attachment; ${'a'.repeat(16_000)}`,
    `attachment; a=${'"'.repeat(16_000)}`,
  ])('B286: 16 KiB without a name', (header) => {
    expect(parseAttachmentFilename(header)).toBeUndefined()
  })
})
