import { describe, expect, test } from 'vitest'
import { blank, end, field, file, outcomeOf, part, plain, refusalOf } from '../testing/form-outcome.ts'

describe('a form of any dialect', () => {
  test.each([
    ...[
      ['a last semicolon', 'name="title";'],
      ['spaces around =', 'name = "title"'],
      ['a word without a value', 'name="title"; x'],
      ['a name without quotes', 'name=title'],
      ['a charset without a semicolon', 'name="title" charset=utf-8'],
      ['letters after its name', 'name="title"x'],
      ['a word after its name', 'name="title" name2'],
      ['a backslash at the end of its name', 'name="title\\"'],
      ['single quotes', "name='title'"],
      ['a comma after its name', 'name=title,'],
      ['two quotes after its name', 'name="title""'],
      ['two quotes around its name', 'name=""title""'],
      ['a name on the next line', '\r\n name="title"'],
    ].map(([dialect, parameters]) => ({
      what: `h08 a field with ${dialect}`,
      body: part(`Content-Disposition: form-data; ${parameters}`, 'T') + file() + end,
      expected: { ...plain, title: 'T' },
    })),
    {
      what: 'a text sent as octet-stream',
      body:
        part('Content-Disposition: form-data; name="title"\r\nContent-Type: application/octet-stream', 'T') +
        file() +
        end,
      expected: { ...plain, title: 'T' },
    },
    {
      what: 'h18 tags as PHP and axios write them',
      body: field('tags[]', 'x') + field('tags[1]', 'y') + field('tags', 'z') + file() + end,
      expected: { ...plain, tags: ['x', 'y', 'z'] },
    },
    ...['name=title x', 'name="title" "x"', 'name="alt"; name="title"'].map((parameters) => ({
      what: `a name that can be read in two ways: ${parameters}`,
      body: part(`Content-Disposition: form-data; ${parameters}`, 'T') + file() + end,
      expected: 'INVALID_MULTIPART',
    })),
    {
      what: 'a name with a number of its own that cannot be read',
      body: part('Content-Disposition: form-data; name="0"; name', 'T') + field('title', 'T') + file() + end,
      expected: { ...plain, title: 'T' },
    },
    ...['<title>', 'title:', '\u200btitle', 'title" = "x', '[title]', 'title%5B%5D'].map((name) => ({
      what: `a name that is nearly title: ${JSON.stringify(name)}`,
      body: field(name, 'T') + file() + end,
      expected: 'INVALID_MULTIPART',
    })),
    ...['Title', 'title[]', 'photo[title]', 'my%20title', 'title2', 'subtitle:'].map((name) => ({
      what: `a field of the application: ${name}`,
      body: field(name, 'T') + file() + end,
      expected: plain,
    })),
    {
      what: 'a part with two dispositions',
      body:
        part(
          'Content-Disposition: form-data; name="x"\r\nContent-Disposition: form-data; name="title"',
          'T',
        ) +
        file() +
        end,
      expected: 'INVALID_MULTIPART',
    },
    {
      what: 'a part with the same disposition twice',
      body:
        part(
          'Content-Disposition: form-data; name=title\r\nContent-Disposition: form-data; name=title',
          'T',
        ) +
        file() +
        end,
      expected: { ...plain, title: 'T' },
    },
    {
      what: 'a blank title before another one',
      body: field('title', ' ') + field('title', 'T') + file() + end,
      expected: { ...plain, title: 'T' },
    },
    {
      what: 'spaces and tabs after boundaries',
      body: (field('title', 'T') + file()).replaceAll('--b\r', '--b \t \r') + end,
      expected: { ...plain, title: 'T' },
    },
    {
      what: 'no line break before a text that follows a file of many kilobytes',
      body: file('x'.repeat(40_000)).slice(0, -2) + field('title', 'T') + end,
      expected: 'INVALID_MULTIPART',
    },
    {
      what: 'no line break before a text that begins with its type',
      body: `${file().slice(0, -2)}--b\r\nContent-Type: text/plain; charset=UTF-8\r\n${field('title', 'T').slice(5)}${end}`,
      expected: 'INVALID_MULTIPART',
    },
    {
      what: 'a line feed before a text that follows the file',
      body: `${file().slice(0, -2)}\n${field('title', 'T')}${end}`,
      expected: 'INVALID_MULTIPART',
    },
    {
      what: 'a line feed before the first part',
      body: `\n${field('title', 'T')}${file()}${end}`,
      expected: 'INVALID_MULTIPART',
    },
    {
      what: 'letters after a boundary',
      body: field('title', 'T').replace('--b', '--b x') + file() + end,
      expected: 'INVALID_MULTIPART',
    },
    {
      what: 'a file with the beginning of its boundary in a line',
      body: file('one\r\n--boundary\r\ntwo') + end,
      expected: 'INVALID_MULTIPART',
    },
    { what: 'h13 a blank input behind the file', body: file() + blank('extra') + end, expected: plain },
    { what: 'h13 a blank input before the file', body: blank('extra') + file() + end, expected: plain },
    { what: 'h13 a blank input of the same name', body: blank('file') + file() + end, expected: plain },
    {
      what: 'a file whose filename is empty',
      body: file('bytes', '') + end,
      expected: 'FILE_REQUIRED',
    },
    {
      what: 'a file whose filename is empty beside another',
      body: file('bytes', '') + file() + end,
      expected: 'TOO_MANY_FILES',
    },
    {
      what: 'h11 a large part without filename and type',
      body: field('file', 'x'.repeat(70_000)) + end,
      expected: 'FILE_REQUIRED',
    },
    ...['base64', '"base64"', 'base64;', 'Quoted-Printable', 'x-uuencode'].map((encoding) => ({
      what: `a text in ${encoding}`,
      body:
        part(
          `Content-Disposition: form-data; name="title"\r\nContent-Transfer-Encoding: ${encoding}`,
          'AAAA',
        ) +
        file() +
        end,
      expected: 'INVALID_MULTIPART',
    })),
  ])('$what', async ({ body, expected }) => {
    const bytes = Buffer.from(body)
    expect(await outcomeOf([bytes])).toEqual(expected)
    expect(await outcomeOf([...bytes].map((byte) => Buffer.of(byte)))).toEqual(expected)
  })
})

describe('the text of a field', () => {
  test.each([
    ['UTF-8', 'Content-Type: text/plain; charset=UTF-8', Buffer.from('Zürich'), 'Zürich'],
    [
      'its own charset',
      'Content-Type: text/plain; charset="ISO-8859-1"',
      Buffer.from('Z\xfcrich', 'latin1'),
      'Zürich',
    ],
    ['a charset of Japan', 'Content-Type: text/plain; charset=Shift_JIS', Buffer.of(0x94, 0x4c), '猫'],
    ['Latin-1 without a charset', 'X: y', Buffer.from('Z\xfcrich', 'latin1'), 'Zürich'],
  ])('is read in %s', async (_, header, bytes, title) => {
    const head = Buffer.from(`--b\r\nContent-Disposition: form-data; name="title"\r\n${header}\r\n\r\n`)
    expect(await outcomeOf([head, bytes, Buffer.from(`\r\n${file()}${end}`)])).toEqual({ ...plain, title })
  })

  test.each([
    ['labelled as ASCII', 'us-ascii', 'Zürich', 'Zürich'],
    ['labelled as ASCII, in Latin-1', 'US-ASCII', Buffer.from('Z\xfcrich', 'latin1'), 'Zürich'],
  ])('%s is read', async (_, charset, bytes, title) => {
    const head = `--b\r\nContent-Disposition: form-data; name="title"\r\nContent-Type: text/plain; charset=${charset}\r\n\r\n`
    const body = Buffer.concat([Buffer.from(head), Buffer.from(bytes), Buffer.from(`\r\n${file()}${end}`)])
    expect(await outcomeOf([body])).toEqual({ ...plain, title })
  })

  const japanese = Buffer.from('\x94\x4c', 'latin1')
  const inJapanese = (name: string, text: string | Buffer, type = '') =>
    Buffer.concat([
      Buffer.from(`--b\r\nContent-Disposition: form-data; name="${name}"${type}\r\n\r\n`),
      Buffer.from(text),
      Buffer.from('\r\n'),
    ])
  const japaneseFile = Buffer.from(file('bytes', '\x94\x4c.jpg'), 'latin1')
  test.each([
    ['before the texts', [inJapanese('_charset_', 'Shift_JIS'), inJapanese('title', japanese), japaneseFile]],
    ['after the texts', [inJapanese('title', japanese), japaneseFile, inJapanese('_charset_', 'Shift_JIS')]],
  ])('is read in the charset of the whole form, named %s', async (_, parts) => {
    const expected = { ...plain, filename: '猫.jpg', title: '猫' }
    expect(await outcomeOf([...parts, Buffer.from(end)])).toEqual(expected)
  })

  test('counts its own charset before the one of the whole form', async () => {
    const own = inJapanese('title', 'Zürich', '\r\nContent-Type: text/plain; charset=UTF-8')
    const form = [inJapanese('_charset_', 'Shift_JIS'), own, Buffer.from(file() + end)]
    expect(await outcomeOf(form)).toEqual({ ...plain, title: 'Zürich' })
  })

  test.each([
    ['', 'T', { ...plain, title: 'T' }],
    ['klingon', 'T', { ...plain, title: 'T' }],
    ['Shift_JIS', Buffer.of(0x81), 'INVALID_MULTIPART'],
  ])('in a form that says its charset is "%s"', async (charset, text, expected) => {
    const form = [inJapanese('_charset_', charset), inJapanese('title', text), Buffer.from(file() + end)]
    expect(await outcomeOf(form)).toEqual(expected)
  })

  test('is refused in a charset that nobody knows', async () => {
    const text = part(
      'Content-Disposition: form-data; name="title"\r\nContent-Type: text/plain; charset=klingon',
      'T',
    )
    expect(await outcomeOf([Buffer.from(text + file() + end)])).toBe('INVALID_MULTIPART')
  })
})

test.each(["a'()+_,-./:=?", '----x=y/z', 'a"b'])(
  'a boundary %s may be sent without quotes',
  async (boundary) => {
    const body = (file() + end).replaceAll('--b', `--${boundary}`)
    expect(await outcomeOf([Buffer.from(body)], `multipart/form-data; boundary=${boundary}`)).toEqual(plain)
  },
)

describe('a refusal says what was wrong', () => {
  test.each([
    ['an empty filename', file('bytes', '') + end, 'Received parts: file (its filename is empty)'],
    ['no filename', field('title', 'T') + field('file', 'bytes') + end, 'title, file (without a filename)'],
    [
      'a file as an attachment',
      file().replace('form-data', 'attachment') + end,
      'filename="a.jpg" (not form-data)',
    ],
    [
      'no name, and no file',
      part('Content-Disposition: form-data; filename="a.jpg"', 'bytes') + end,
      'of a part, but it was "form-data; filename',
    ],
    [
      'a name that is nearly title',
      field('ti\\tle', 'T') + file() + end,
      'a part is named "ti\\\\tle". Expected "title"',
    ],
    [
      'no line break before a boundary',
      file().slice(0, -2) + field('title', 'T') + end,
      'a boundary does not begin a line. Expected a line break',
    ],
    [
      'a text with an empty filename',
      file() + part('Content-Disposition: form-data; name="tags"; filename=""', 'x') + end,
      'texts without a filename. Received files: "file", "tags"',
    ],
    ['nothing', '', 'the body is empty'],
    ['no parts', end, 'Received parts: none'],
    [
      'a space before a colon',
      part('Content-Disposition : form-data', 'T') + file() + end,
      'lines of "Name: value"',
    ],
    ['line feeds', (file() + end).replaceAll('\r', ''), 'after a boundary comes "\\nContent-Disposi'],
    ['letters after a boundary', `${file()}--bx\r\n`, 'after a boundary comes "x". Expected a line break'],
    ['no end', file(), 'the boundary with "--" that ends it is missing'],
    [
      'another boundary',
      (file() + end).replaceAll('--b', '--c'),
      'has the boundary "b", which is not in the body. The body begins with "--c',
    ],
    ['no form at all', '{"title":"T"}', 'The body begins with "{\\"title\\"'],
    [
      'a part that is no form-data',
      part('Content-Disposition: attachment; name="title"', 'T') + file() + end,
      'but it was "attachment; name=',
    ],
    [
      'a charset that nobody knows',
      part('Content-Disposition: form-data; name="title"\r\nContent-Type: text/plain; charset=klingon', 'T') +
        file() +
        end,
      'the charset "klingon" of a text',
    ],
  ])('%s', async (_, body, reason) => {
    expect(await refusalOf(Buffer.from(body))).toContain(reason)
  })

  test.each([
    ['multipart/form-data', 'its boundary must have 1 to 70 characters, but has 0. Leave Content-Type out'],
    [`multipart/form-data; boundary='b'`, `has the boundary "'b'", which is not in the body`],
    [
      'multipart/form-data; boundary="b',
      'has the boundary "\\"b", which is not in the body. The body begins with "--b',
    ],
  ])('%s', async (type, reason) => {
    expect(await refusalOf(Buffer.from(file() + end), type)).toContain(reason)
  })
})
