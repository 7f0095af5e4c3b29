import { makeImage } from '@tintype/imaging/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Form, filePart, writeForm } from './support/multipart.ts'
import { openConnection, requestHead } from './support/raw-http.ts'
import { startTintype, type Tintype } from './support/start-tintype.ts'
import { ask, expectPhoto, originals, type PhotoJson, postBytes, postForm } from './support/uploads.ts'

let tintype: Tintype
let gif: Uint8Array

beforeAll(async () => {
  tintype = await startTintype()
  gif = await makeImage({ width: 4, height: 3, format: 'gif' })
})
afterAll(() => tintype[Symbol.asyncDispose]())

/** A form whose file is named by bytes that no string can hold. */
function namedBy(name: Uint8Array): Form {
  const placeholder = 'NAME-GOES-HERE'
  const form = writeForm([filePart(gif, placeholder, 'image/gif')])
  const at = form.body.indexOf(placeholder)
  return {
    ...form,
    body: Buffer.concat([form.body.subarray(0, at), name, form.body.subarray(at + placeholder.length)]),
  }
}

/** A form with the given text after `form-data; name="file"` in its disposition. */
const disposed = (parameters: string) =>
  writeForm([{ headers: [`Content-Disposition: form-data; name="file"; ${parameters}`], body: gif }])

/** Requests the original as a download over a raw connection: each header must be one line. */
async function expectSafeDownload(photo: PhotoJson): Promise<string> {
  using connection = await openConnection(tintype.url)
  await connection.write(requestHead(`GET ${photo.url}?download`))
  const answer = await connection.answer()
  expect(answer.status).toBe(200)
  expect(answer.body.equals(gif)).toBe(true)
  const disposition = answer.headers.get('content-disposition') ?? ''
  expect(disposition).toMatch(/^attachment; filename="[ -!#-[\]-~]+"(?:; filename\*=UTF-8''[!-~]+)?$/)
  expect(answer.headers.get('x-injected')).toBeNull()
  expect(answer.headers.get('content-type')).toBe('image/gif')
  return disposition
}

async function uploadNamed(form: Form): Promise<PhotoJson> {
  const photo = expectPhoto(await postForm(tintype, form))
  expect(photo.filename).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}/\\\ufffe\uffff]/u)
  expect(photo.filename.isWellFormed()).toBe(true)
  expect(Buffer.byteLength(photo.filename)).toBeLessThanOrEqual(255)
  await expectSafeDownload(photo)
  return photo
}

describe('a name in a form', () => {
  test.each([
    ['B041', '../../etc/passwd', 'passwd'],
    ['B041', '..\\..\\boot.ini', 'boot.ini'],
    ['B041', '....//....//a.gif', 'a.gif'],
    ['B041', '%2e%2e%2fa.gif', '%2e%2e%2fa.gif'],
    ['B042', '/etc/passwd.jpg', 'passwd.jpg'],
    ['B042', 'C:\\photos\\a.gif', 'a.gif'],
    ['B042', '\\\\host\\share\\a.gif', 'a.gif'],
    ['B042', 'file:///tmp/a.gif', 'a.gif'],
    ['B045', 'Grüße 日本 🐈‍⬛.gif'.normalize('NFC'), 'Grüße 日本 🐈⬛.gif'],
    ['B045', 'e\u0301.gif', 'e\u0301.gif'],
    ['B047', 'CON', 'CON'],
    ['B047', 'a.gif::$DATA', 'a.gif::$DATA'],
    ['B047', 'a<b>:|?*.gif', 'a<b>:|?*.gif'],
    ['B051', 'a\u202egpj.exe', 'agpj.exe'],
    ['B051', '\u2066a\u2069\u200b.gif', 'a.gif'],
    ['B052', 'a.php.jpg', 'a.php.jpg'],
    ['B053', "a'; b=%41.gif", "a'; b=%41.gif"],
    ['B055', '<script>alert(1)<／script>.gif', '<script>alert(1)<／script>.gif'],
    ['B058', '=1+1.gif', '=1+1.gif'],
  ])('%s %j is shown as %j', async (_, name, shown) => {
    expect((await uploadNamed(namedBy(Buffer.from(name)))).filename).toBe(shown)
  })

  test.each(['.htaccess', '.', '..', '../..', 'a/', ' ', '\u200b', '...'])(
    'B049 %j falls back to one of ours',
    async (name) => {
      const photo = await uploadNamed(namedBy(Buffer.from(name)))
      expect(photo.filename).toBe(`photo-${photo.id}.gif`)
    },
  )

  test('B044 that is not UTF-8 is read as Latin-1', async () => {
    const bytes = Buffer.from([0x61, 0xff, 0xc0, 0xaf, 0x2e, 0x67])
    expect((await uploadNamed(namedBy(bytes))).filename).toBe('aÿÀ¯.g')
  })

  test('B048 of 4 KiB is cut on a character and keeps its extension', async () => {
    const { filename } = await uploadNamed(namedBy(Buffer.from(`${'🐈'.repeat(1024)}.gif`)))
    expect(filename).toMatch(/^🐈+\.gif$/u)
    expect(Buffer.byteLength(filename)).toBeGreaterThan(250)
  })

  test.each([
    ['B046 filename* wins', `filename="plain.gif"; filename*=UTF-8''na%C3%AFve.gif`, 'naïve.gif'],
    [
      'B043 controls in filename* are removed',
      `filename*=UTF-8''a%00b%0d%0aX-Injected%3A%20y.gif`,
      'abX-Injected: y.gif',
    ],
    ['B059 escape sequences in filename* are removed', `filename*=UTF-8''a%1B%5B31m.gif`, 'a[31m.gif'],
    ['B054 escaped line breaks are removed', 'filename="a%0d%0aX-Injected: y.gif"', 'aX-Injected: y.gif'],
    ['B021 a quote that is not escaped', 'filename="a"b.gif"', 'a"b.gif'],
    ['B022 the first filename counts', 'filename="first.gif"; filename="second.gif"', 'first.gif'],
    ['B053 an escaped quote', 'filename="a\\"b.gif"', 'a"b.gif'],
  ])('%s', async (_, parameters, shown) => {
    expect((await uploadNamed(disposed(parameters))).filename).toBe(shown)
  })
})

describe('a name beside raw bytes', () => {
  test.each([
    ['B041', '../../etc/passwd', 'passwd'],
    ['B043', 'a\0b\r\nX-Injected: y.gif', 'abX-Injected: y.gif'],
    ['B045', 'Grüße 🐈.gif', 'Grüße 🐈.gif'],
    ['B053', 'a"b;c%41\'.gif', 'a"b;c%41\'.gif'],
  ])('%s %j in the query is shown as %j', async (_, name, shown) => {
    const query = `?filename=${encodeURIComponent(name)}`
    const photo = expectPhoto(await postBytes(tintype, gif, { query }))
    expect(photo.filename).toBe(shown)
    await expectSafeDownload(photo)
  })
})

test('B053 the name comes back with a download', async () => {
  const photo = await uploadNamed(namedBy(Buffer.from('Grüße 🐈.gif')))
  const disposition = await expectSafeDownload(photo)
  expect(disposition).toContain(`filename*=UTF-8''${encodeURIComponent('Grüße 🐈.gif')}`)
  const rendition = await ask(tintype, `${photo.thumbnail.url}?download`)
  expect(rendition.headers.get('content-disposition')).toContain(encodeURIComponent('Grüße 🐈-thumb.webp'))
  expect((await ask(tintype, photo.url)).headers.get('content-disposition')).toBeNull()
})

test('B056 B060 keys are made of ids alone: equal names, and names that differ in case, get different keys', async () => {
  const before = (await originals(tintype)).length
  for (const name of ['same.gif', 'same.gif', 'SAME.gif']) await uploadNamed(namedBy(Buffer.from(name)))
  const after = await originals(tintype)
  expect(after).toHaveLength(before + 3)
  for (const key of after) expect(key).toMatch(/^originals\/[0-9a-f]{7}\/[0-9a-f-]{36}\.gif$/)
})

test('B155 no name reaches the log', () => {
  const text = JSON.stringify(tintype.log)
  for (const word of ['passwd', 'htaccess', 'X-Injected', 'Gr', 'same.gif', 'naïve'])
    expect(text).not.toContain(word)
})
