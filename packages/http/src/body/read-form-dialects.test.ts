import { describe, expect, test } from 'vitest'
import { blank, end, field, file, outcomeOf, part, plain } from '../testing/form-outcome.ts'

describe('a form of any dialect', () => {
  test.each([
    ...[
      ['a last semicolon', 'name="title";'],
      ['spaces around =', 'name = "title"'],
      ['a word without a value', 'name="title"; x'],
      ['a name without quotes', 'name=title'],
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
    {
      what: 'a text in base64',
      body:
        part('Content-Disposition: form-data; name="title"\r\nContent-Transfer-Encoding: base64', 'AAAA') +
        file() +
        end,
      expected: 'INVALID_MULTIPART',
    },
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
