import type { Random } from '../faults/random.ts'
import { type Form, fieldPart, filePart, type Part, writeForm } from '../support/multipart.ts'
import { mutateBytes } from './mutate-bytes.ts'

/** A form that still has its structure. */
interface Draft {
  parts: Part[]
  /** Between parts, and as declared: they may differ. */
  boundary: string
  contentType: string
  preamble: string
  end: string
}

const boundaries = [
  'b',
  '-',
  '--',
  'b'.repeat(70),
  'b'.repeat(71),
  '',
  "a b'()+_,-./:=?z",
  'a\tb',
  'é',
  '\r\n',
  '"',
]
const names = [
  'file',
  'FILE',
  'file ',
  '',
  'title',
  'tags',
  '__proto__',
  'x'.repeat(101),
  'ü',
  '\0',
  'a\r\nb',
  '"',
  '\\"',
]
const texts = [
  '',
  ' ',
  'x',
  '🐈'.repeat(100),
  '\0',
  '\ud800',
  'x'.repeat(70_000),
  '\r\n--',
  '</script>',
  '%00',
  '\u202e',
]
const lines = [
  ...[
    'X',
    'X: y',
    ': y',
    ' folded',
    '\tfolded',
    'X: \0',
    '',
    '\r',
    `X: ${'y'.repeat(20_000)}`,
    'Content-Length: 1',
  ],
  ...[
    'Content-Type',
    'Content-Type: ',
    'Content-Type: text/plain; charset=utf-16le',
    'Content-Type: text/plain; charset=x',
  ],
  ...[
    'Content-Type: application/octet-stream',
    'Content-Transfer-Encoding: base64',
    'Content-Encoding: gzip',
  ],
  ...['Content-Disposition: form-data', 'Content-Disposition: attachment; name="file"; filename="a"'],
  ...[
    'Content-Disposition: form-data; name=file; filename=a',
    'Content-Disposition: form-data; name="file"; filename="',
  ],
  'Content-Disposition: form-data; name="file"; filename*=UTF-8\'\'%ff%zz; filename="a"',
]

/** Edits of structure, one of which is made at a time. */
const edits: readonly ((draft: Draft, random: Random) => void)[] = [
  (draft, random) => void draft.parts.splice(random.below(draft.parts.length), 1),
  (draft, random) =>
    void draft.parts.push(draft.parts[random.below(draft.parts.length)] ?? fieldPart('x', '')),
  (draft) => void draft.parts.reverse(),
  (draft, random) => {
    const field = fieldPart(pick(names, random), pick(texts, random))
    draft.parts.push(...Array.from({ length: 1 + random.below(30) }, () => field))
  },
  (draft, random) => edit(draft, random, (part) => ({ ...part, name: pick(names, random) })),
  (draft, random) =>
    edit(draft, random, (part) => ({ ...part, filename: pick([...names, ...texts], random) })),
  (draft, random) => edit(draft, random, (part) => ({ ...part, headers: manyLines(random) })),
  (draft, random) =>
    edit(draft, random, ({ body, headers }) => ({
      body,
      headers: [...manyLines(random), ...(headers ?? [])],
    })),
  (draft, random) =>
    edit(draft, random, (part) => ({ ...part, body: nearBoundary(draft.boundary, part.body, random) })),
  (draft, random) => edit(draft, random, (part) => ({ ...part, body: writeForm(draft.parts, draft).body })),
  (draft, random) => {
    draft.boundary = pick(boundaries, random)
  },
  (draft, random) => {
    draft.contentType = `multipart/form-data; boundary=${pick(boundaries, random)}`
  },
  (draft, random) => {
    draft.contentType = `multipart/${pick(['mixed', 'form-data', ''], random)}; ${draft.contentType}`
  },
  (draft) => {
    draft.contentType = draft.contentType.replace(/boundary=(.*)/i, 'BOUNDARY="$1"; boundary=x')
  },
  (draft, random) => {
    draft.end = ends(draft.boundary, random)
  },
  (draft, random) => {
    draft.preamble = pick([...texts, `--${draft.boundary}`, '\r\n'.repeat(3000)], random)
  },
]

/**
 * A form that carries `image`, with one to four edits of its structure and, half of the time, bytes changed in
 * place. Sometimes nothing is changed.
 */
export function mangleForm(image: Buffer, other: Buffer, random: Random): Form {
  const boundary = `fuzz${random.below(1000)}`
  const draft: Draft = {
    parts: [fieldPart('title', 'T'), filePart(image), fieldPart('tags', 'a')],
    ...{
      boundary,
      contentType: `multipart/form-data; boundary=${boundary}`,
      preamble: '',
      end: `--${boundary}--\r\n`,
    },
  }
  for (let left = random.below(4); left > 0; left -= 1) random.pick(edits)?.(draft, random)
  const { body } = writeForm(draft.parts, draft)
  const bytes = Buffer.concat([Buffer.from(draft.preamble), body])
  const contentType = draft.contentType.replace(/[^ -~]/g, '_')
  return { contentType, boundary, body: random.below(2) === 0 ? bytes : mutateBytes(bytes, other, random) }
}

function edit(draft: Draft, random: Random, change: (part: Part) => Part): void {
  const at = random.below(draft.parts.length)
  const part = draft.parts[at]
  if (part) draft.parts[at] = change(part)
}

function manyLines(random: Random): string[] {
  return Array.from({ length: random.below(4) }, () => pick(lines, random))
}

/** What nearly ends a part, in storms (threat B012). */
function nearBoundary(boundary: string, body: string | Uint8Array, random: Random): Buffer {
  const delimiter = `\r\n--${boundary}`
  const pieces = [
    '\r',
    '\n',
    '\r\n',
    '--',
    '\r\n--',
    delimiter.slice(0, -1),
    delimiter,
    `${delimiter}-`,
    `${delimiter}\r`,
  ]
  const storm = Array.from({ length: 1 + random.below(400) }, () => pick(pieces, random))
  return Buffer.concat([Buffer.from(body), Buffer.from(storm.join(''))])
}

function ends(boundary: string, random: Random): string {
  const form = `--${boundary}`
  return pick(
    [
      '',
      form,
      `${form}-`,
      `${form}--`,
      `${form}\r\n`,
      `${form} --\r\n`,
      `${form}--x`,
      `${form}--\r\n${form}\r\n`,
    ],
    random,
  )
}

function pick<Item>(items: readonly Item[], random: Random): Item {
  const item = random.pick(items)
  if (item === undefined) throw new Error('the list to choose from is empty')
  return item
}
