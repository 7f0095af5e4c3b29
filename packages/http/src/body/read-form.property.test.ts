import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { isTintypeError } from '@tintype/contract'
import {
  array,
  assert,
  asyncProperty,
  boolean,
  constantFrom,
  nat,
  oneof,
  record,
  string,
  uint8Array,
} from 'fast-check'
import { describe, expect, test } from 'vitest'
import { end, file, inTurn, outcomeOf, part } from '../testing/form-outcome.ts'
import { readForm } from './read-form.ts'

/** A form before it is serialized. */
interface GivenForm {
  readonly boundary: string
  readonly filename: string
  readonly file: Buffer
  readonly title: string
  readonly tags: readonly string[]
}

/** What was read: the file, one character for each byte, and the details; or a code. */
type Outcome = { file: string; filename?: string; title?: string; tags?: readonly string[] } | string

const boundary = string({ unit: constantFrom(..."ab-'()+_,./:=?09"), minLength: 1, maxLength: 70 })
const text = string({ unit: 'grapheme-composite', maxLength: 30 }).filter((one) => !/["\\\p{Cc}]/u.test(one))
const cuts = array(nat(5000), { maxLength: 30 })

/** Bytes that almost end the part that they are in, in every order (threat B012). */
const storm = (delimiter: string) =>
  array(
    oneof(
      constantFrom('\r', '\n', '\r\n', '-', '--', '\r\n-', '\r\n--', '\r\n\r\n', 'x', '\0'),
      nat(delimiter.length - 1).map((length) => delimiter.slice(0, length)),
      constantFrom(delimiter.slice(1), delimiter.slice(2), delimiter.toUpperCase().replace(/.$/, '~')),
      uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
    ),
    { maxLength: 60 },
  ).map((pieces) => pieces.join(''))

const form = boundary.chain((chosen) => {
  const delimiter = `\r\n--${chosen}`
  const isFree = (one: string) => !`\r\n${one}\r\n`.includes(delimiter)
  const file = storm(delimiter)
    .filter(isFree)
    .map((one) => Buffer.from(one, 'latin1'))
  const filename = text.filter((one) => one !== '')
  const tags = array(
    text.filter((one) => one.trim() !== '' && isFree(one)),
    { maxLength: 5 },
  )
  return record({ boundary: record({}).map(() => chosen), filename, file, title: text.filter(isFree), tags })
})

const contentTypeOf = (chosen: string) => `multipart/form-data; boundary="${chosen}"`

function serialize({ boundary: chosen, filename, file, title, tags }: GivenForm): Buffer {
  const field = (name: string, value: string) =>
    `--${chosen}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`
  return Buffer.concat([
    Buffer.from(field('title', title)),
    Buffer.from(`--${chosen}\r\nContent-Disposition: form-data; name="file"; filename="${filename}"\r\n`),
    Buffer.from('Content-Type: image/jpeg\r\n\r\n'),
    file,
    Buffer.from(`\r\n${tags.map((tag) => field('tags', tag)).join('')}--${chosen}--\r\n`),
  ])
}

function cut(bytes: Buffer, at: readonly number[]): Buffer[] {
  const edges = [0, ...at.map((one) => one % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]
  return edges.slice(1).map((edge, index) => bytes.subarray(edges[index], edge))
}

async function read(chunks: readonly Buffer[], contentType: string): Promise<Outcome> {
  const body = Readable.from(chunks, { objectMode: false })
  const { signal } = new AbortController()
  const options = { contentType, signal, maxByteSize: 1_000_000, inTurn }
  try {
    let file = ''
    const details = await readForm(body, options, async (bytes) => {
      file = (await buffer(bytes)).toString('latin1')
    })
    return JSON.parse(JSON.stringify({ file, ...details })) as Outcome
  } catch (error) {
    if (!isTintypeError(error)) throw error
    expect(error.status).toBeGreaterThanOrEqual(400)
    expect(error.status).toBeLessThan(500)
    return error.code
  }
}

describe('a form', () => {
  test('B012 B013 is read as it was written, however it is cut', async () => {
    await assert(
      asyncProperty(form, cuts, async (given, at) => {
        const { filename, title, tags, file } = given
        const outcome = await read(cut(serialize(given), at), contentTypeOf(given.boundary))
        expect(outcome).toEqual({ file: file.toString('latin1'), filename, title, tags })
      }),
    )
  })

  test('B013 one byte at a time', async () => {
    await assert(
      asyncProperty(form, async (given) => {
        const body = serialize(given)
        const outcome = await read(
          [...body].map((byte) => Buffer.of(byte)),
          contentTypeOf(given.boundary),
        )
        expect(outcome).toMatchObject({ file: given.file.toString('latin1') })
      }),
    )
  })

  const edit = record({
    at: nat(5000),
    drop: oneof(constantFrom(0, 1, 2), nat(200)),
    put: oneof(
      constantFrom('', '\r\n', '\0', '--', '\r\n--', '"', ';', ':', '\xff'),
      string({ maxLength: 9 }),
    ),
  })

  test('B013 mangled, is answered with a code of the table, and the same however it is cut', async () => {
    await assert(
      asyncProperty(form, array(edit, { minLength: 1, maxLength: 4 }), cuts, async (given, edits, at) => {
        let body = serialize(given)
        for (const { at: place, drop, put } of edits) {
          const start = place % (body.length + 1)
          const rest = body.subarray(start + drop)
          body = Buffer.concat([body.subarray(0, start), Buffer.from(put, 'latin1'), rest])
        }
        const contentType = contentTypeOf(given.boundary)
        expect(await read(cut(body, at), contentType)).toEqual(await read([body], contentType))
      }),
    )
  })

  test('never loses a text in silence because of marks around its name', async () => {
    const mark = constantFrom(...`"'\\ \t;,=:<>()&*?#%“´\u00a0\u200b`, '%22', '\\"', '; ', '" ', '"; ', '="')
    const marks = array(mark, { maxLength: 3 }).map((all) => all.join(''))
    await assert(
      asyncProperty(marks, marks, marks, marks, async (afterType, afterName, before, after) => {
        const header = `Content-Disposition: form-data${afterType}name${afterName}=${before}title${after}`
        const outcome = await outcomeOf([Buffer.from(part(header, 'T') + file() + end)])
        if (typeof outcome === 'string') expect(outcome).toMatch(/^[A-Z_]+$/)
        else expect(outcome.title).toBe('T')
      }),
    )
  })

  test('never loses a text in silence because of marks around its boundaries', async () => {
    const mark = constantFrom(' ', '\t', '\n', '\r', '\r\n', '-')
    // what comes after the end of a form is ignored
    const marks = array(mark, { maxLength: 2 })
      .map((all) => all.join(''))
      .filter((all) => !/^[ \t]*--(?!b)/.test(all))
    const titleHead = 'Content-Disposition: form-data; name="title"\r\n\r\n'
    await assert(
      asyncProperty(array(marks, { minLength: 6, maxLength: 6 }), boolean(), async (all, isFirst) => {
        const [start, afterFirst, endOfText, afterSecond, endOfFile, last] = all
        const texts = [
          `${titleHead}T${endOfText}\r\n`,
          `${file().slice(5)}`.replace(/\r\n$/, `${endOfFile}\r\n`),
        ]
        const [first, second] = isFirst ? texts : texts.toReversed()
        const body = `${start}--b${afterFirst}\r\n${first}--b${afterSecond}\r\n${second}--b--${last}`
        const outcome = await outcomeOf([Buffer.from(body)])
        if (typeof outcome === 'string') expect(outcome).toMatch(/^[A-Z_]+$/)
        else expect(outcome.title).toMatch(/^T/)
      }),
    )
  })

  test('B017 whatever its content type says', async () => {
    const parameter = string({ unit: constantFrom(...'boundary=;" \t\\\'*%0b-é\0,') })
    await assert(
      asyncProperty(form, parameter, cuts, async (given, rest, at) => {
        const contentType = `multipart/form-data;${rest}`
        const body = serialize(given)
        expect(await read(cut(body, at), contentType)).toEqual(await read([body], contentType))
      }),
    )
  })
})
