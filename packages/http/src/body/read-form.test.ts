import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { TintypeError } from '@tintype/contract'
import { describe, expect, test } from 'vitest'
import {
  formType as contentType,
  end,
  field,
  file,
  inTurn,
  type Outcome,
  outcomeOf,
  part,
  plain,
} from '../testing/form-outcome.ts'
import { type FileReader, readForm } from './read-form.ts'

const maxByteSize = 1_000_000
const readAll: FileReader = async (bytes) => void (await buffer(bytes))

const table: { what: string; body: string; expected: Outcome }[] = [
  { what: 'B001 a file', body: file() + end, expected: plain },
  { what: 'B002 no last line break', body: `${file()}--b--`, expected: plain },
  { what: 'B010 a preamble', body: `before\r\n${file()}${end}`, expected: plain },
  { what: 'B011 an epilogue', body: `${file()}${end}after\r\n--b\r\n`, expected: plain },
  {
    what: 'B011 B013 parts after the end',
    body: `${file()}${end}${field('title', 'T')}${file('other')}${end}`,
    expected: plain,
  },
  {
    what: 'B012 what looks like a boundary',
    body: file('\r\n--a\r\n-\r\n--\r\r\n--\n\r\n-') + end,
    expected: { ...plain, file: '\r\n--a\r\n-\r\n--\r\r\n--\n\r\n-' },
  },
  { what: 'B027 an empty file', body: file('') + end, expected: { ...plain, file: '' } },
  {
    what: 'B033 fields around the file',
    body: field('title', 'T') + field('tags', 'x') + file() + field('alt', 'A') + field('tags', 'y') + end,
    expected: { ...plain, title: 'T', alt: 'A', tags: ['x', 'y'] },
  },
  {
    what: 'the first title',
    body: field('title', '1') + field('title', '2') + file() + end,
    expected: { ...plain, title: '1' },
  },
  { what: 'empty tags', body: field('tags', '') + field('tags', ' ') + file() + end, expected: plain },
  {
    what: 'B045 a name in UTF-8',
    body: file('bytes', 'ü.jpg') + end,
    expected: { ...plain, filename: 'ü.jpg' },
  },
  {
    what: 'B041 a path',
    body: file('bytes', '../a.jpg') + end,
    expected: { ...plain, filename: '../a.jpg' },
  },
  {
    what: 'B017 two files of other names',
    body: file() + file().replace('"file"', '"photo"') + end,
    expected: 'TOO_MANY_FILES',
  },
  { what: 'B004 another boundary', body: file().replaceAll('--b', '--c'), expected: 'INVALID_MULTIPART' },
  { what: 'B005 no end', body: file(), expected: 'INVALID_MULTIPART' },
  {
    what: 'B006 a last boundary that is not the end',
    body: `${file()}--b\r\n`,
    expected: 'INVALID_MULTIPART',
  },
  {
    what: 'a boundary before the end of the headers',
    body: `--b\r\nX: y\r\n${file()}${end}`,
    expected: 'INVALID_MULTIPART',
  },
  {
    what: 'B013 a file whose first bytes look like headers',
    body: `--b\r\nX: y\r\n${file('\r\nA: b\r\n\r\nbytes')}${end}`,
    expected: 'INVALID_MULTIPART',
  },
  {
    what: 'headers without a blank line',
    body: `--b\r\nX: y\r\n${end}`,
    expected: 'INVALID_MULTIPART',
  },
  { what: 'B007 nothing', body: '', expected: 'INVALID_MULTIPART' },
  { what: 'B008 only the end', body: end, expected: 'FILE_REQUIRED' },
  { what: 'B009 line feeds', body: (file() + end).replaceAll('\r', ''), expected: 'INVALID_MULTIPART' },
  { what: 'B014 no filename', body: field('file', 'bytes') + end, expected: 'FILE_REQUIRED' },
  { what: 'B015 left empty', body: file('', '') + end, expected: 'FILE_REQUIRED' },
  {
    what: 'B015 left empty, as browsers send it',
    body: file('', '').replace('image/jpeg', 'application/octet-stream') + end,
    expected: 'FILE_REQUIRED',
  },
  { what: 'B017 two files', body: file() + file() + end, expected: 'TOO_MANY_FILES' },
  { what: 'B018 a nameless field', body: field('', 'x') + file() + end, expected: 'INVALID_MULTIPART' },
  { what: 'B019 another name', body: file().replace('"file"', '"photo"') + end, expected: 'FILE_REQUIRED' },
  { what: 'B020 no disposition', body: part('X-A: b', 'x') + end, expected: 'FILE_REQUIRED' },
  {
    what: 'B020 a part without a disposition beside a file',
    body: part('X-A: b', 'x') + file() + end,
    expected: plain,
  },
  {
    what: 'B020 a text as an attachment beside a file',
    body: part('Content-Disposition: attachment; name="title"', 'x') + file() + end,
    expected: 'INVALID_MULTIPART',
  },
  { what: 'B024 no colon', body: part('X-A', 'x') + file() + end, expected: 'INVALID_MULTIPART' },
  { what: 'B024 a NUL', body: part('X-A: \0', 'x') + file() + end, expected: 'INVALID_MULTIPART' },
  {
    what: 'B029 too many fields',
    body: field('x', '1').repeat(17) + file() + end,
    expected: 'PAYLOAD_TOO_LARGE',
  },
  {
    what: 'B028 too many parts',
    body: part('X-A: b', '').repeat(20) + file() + end,
    expected: 'PAYLOAD_TOO_LARGE',
  },
  {
    what: 'B030 too many files, cut off',
    body: `${file()}${file()}--b\r\nContent`,
    expected: 'TOO_MANY_FILES',
  },
  {
    what: 'B032 a long name',
    body: field('x'.repeat(101), '1') + file() + end,
    expected: 'INVALID_MULTIPART',
  },
  {
    what: 'B035 names of JavaScript',
    body: field('__proto__', 'x') + field('constructor', 'x') + file() + end,
    expected: plain,
  },
]

describe('B013 a form gives the same, however it is cut into chunks', () => {
  test.each(table)('$what', async ({ body, expected }) => {
    const bytes = Buffer.from(body)
    expect(await outcomeOf([bytes])).toEqual(expected)
    expect(await outcomeOf([...bytes].map((byte) => Buffer.of(byte)))).toEqual(expected)
    // Always the same cuts: a failure means a change. New forms and cuts are tried by the property tests.
    for (let seed = 1; seed <= 5; seed += 1) {
      expect({ seed, outcome: await outcomeOf(splitBySeed(bytes, seed)) }).toEqual({
        seed,
        outcome: expected,
      })
    }
  })
})

/** Chunks of 1 to 40 bytes, the same for the same seed. */
function splitBySeed(bytes: Buffer, seed: number): Buffer[] {
  const chunks: Buffer[] = []
  let state = seed
  for (let at = 0; at < bytes.length; ) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    const byteSize = 1 + ((state >>> 16) % 40)
    chunks.push(bytes.subarray(at, at + byteSize))
    at += byteSize
  }
  return chunks
}

test('B005 B006 B007 a form that is cut off anywhere is never accepted as complete', async () => {
  const whole = Buffer.from(`${field('title', 'T')}${file()}${field('alt', 'A')}--b--`)
  for (let byteSize = 0; byteSize < whole.length; byteSize += 1) {
    expect([byteSize, await outcomeOf([whole.subarray(0, byteSize)])]).toEqual([
      byteSize,
      'INVALID_MULTIPART',
    ])
  }
  expect(await outcomeOf([whole])).toMatchObject({ file: 'bytes', title: 'T', alt: 'A' })
})

test.each([
  'multipart/form-data',
  'multipart/form-data; boundary=',
  'multipart/form-data; boundary=""',
  `multipart/form-data; boundary=${'b'.repeat(71)}`,
  'multipart/form-data; boundary="b',
])('B003 %s is no content type of a form', async (type) => {
  expect(await outcomeOf([Buffer.from(file() + end)], type)).toBe('INVALID_MULTIPART')
})

describe('the body is never destroyed', () => {
  /** A body that has begun. The test pushes the rest. */
  function begin(text: string) {
    const body = new Readable({ read() {} })
    body.push(text)
    return body
  }

  function expectReleased(body: Readable) {
    expect(body.destroyed).toBe(false)
    for (const event of ['data', 'end', 'readable'])
      expect([event, body.listenerCount(event)]).toEqual([event, 0])
  }

  test('B071 the signal ends the reading with its reason, in the middle of the file', async () => {
    const body = begin(file().slice(0, -6))
    const gone = new AbortController()
    const reason = new TintypeError('ABORTED', 'gone')
    const started = Promise.withResolvers<void>()
    let isReaderDone = false
    const reading = readForm(
      body,
      { contentType, signal: gone.signal, maxByteSize, inTurn },
      async (bytes) => {
        started.resolve()
        await buffer(bytes).finally(() => {
          isReaderDone = true
        })
      },
    )
    await started.promise
    gone.abort(reason)
    await expect(reading).rejects.toBe(reason)
    expect(isReaderDone).toBe(true)
    expectReleased(body)
  })

  test('a signal that is already aborted ends the reading at once', async () => {
    const body = begin('')
    const reason = new TintypeError('ABORTED', 'gone')
    const reading = readForm(
      body,
      { contentType, signal: AbortSignal.abort(reason), maxByteSize, inTurn },
      readAll,
    )
    await expect(reading).rejects.toBe(reason)
    expectReleased(body)
  })

  test('a reader that fails ends the reading with its error, while the body still arrives', async () => {
    const body = begin(file().slice(0, -6))
    const refused = new TintypeError('NOT_AN_IMAGE', 'no image')
    const { signal } = new AbortController()
    const reading = readForm(body, { contentType, signal, maxByteSize, inTurn }, () =>
      Promise.reject(refused),
    )
    await expect(reading).rejects.toBe(refused)
    expectReleased(body)
  })

  test('B011 more bytes than the limit of the whole form end the reading', async () => {
    const body = begin(file() + end)
    const { signal } = new AbortController()
    const reading = readForm(body, { contentType, signal, maxByteSize: 1000, inTurn }, readAll)
    for (let chunk = 0; chunk < 11; chunk += 1) body.push(Buffer.alloc(100))
    await expect(reading).rejects.toMatchObject({ code: 'PAYLOAD_TOO_LARGE', facts: { limit: 1000 } })
    expectReleased(body)
  })

  test('a slow reader holds the body back', async () => {
    let pulled = 0
    const filler = Buffer.alloc(64 * 1024)
    const body = Readable.from(
      (function* () {
        yield Buffer.from(file().slice(0, -7))
        for (let chunk = 0; chunk < 100; chunk += 1) {
          pulled += 1
          yield filler
        }
        yield Buffer.from(`\r\n${end}`)
      })(),
      { objectMode: false },
    )
    const go = Promise.withResolvers<void>()
    const { signal } = new AbortController()
    let byteSize = 0
    const reading = readForm(
      body,
      { contentType, signal, maxByteSize: 10_000_000, inTurn },
      async (bytes) => {
        await go.promise
        byteSize = (await buffer(bytes)).length
      },
    )
    for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve))
    expect(pulled).toBeLessThan(10)
    go.resolve()
    await reading
    expect(byteSize).toBe(100 * filler.length)
  })
})
