import { mkdtempDisposable } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { foldForSearch } from '@tintype/contract'
import {
  array,
  assert,
  asyncProperty,
  constantFrom,
  nat,
  oneof,
  option,
  property,
  record,
  string,
} from 'fast-check'
import { expect, test } from 'vitest'
import { openSqliteCatalog } from './drivers/sqlite.ts'
import { samplePhoto } from './testing/index.ts'

const operators = [
  '"',
  '""',
  '*',
  '^',
  ':',
  '(',
  ')',
  '-',
  '+',
  '%',
  '_',
  '\\',
  "'",
  ' OR ',
  ' NOT ',
  'NEAR',
  'AND',
]
const letters = [
  'a',
  'A',
  'b',
  'ab',
  'ß',
  'ẞ',
  'İ',
  'Σ',
  'ς',
  'σ',
  'é',
  'e\u0301',
  '\u0301',
  'ı',
  'i\u0307',
  '\u0345',
  'α',
  'ｶ',
  'ﾞ',
  'Ａ',
  '\u1112',
  '\u1161',
  '日',
  '🐈',
  ' ',
  '\n',
  '\u001f',
  '\0',
]
const text = array(oneof(constantFrom(...operators, ...letters), string({ unit: 'binary', maxLength: 2 })), {
  minLength: 1,
  maxLength: 8,
}).map((pieces) => pieces.join(''))
const words = record({
  title: option(text),
  alt: option(text),
  filename: text,
  tags: array(text, { maxLength: 3 }).map((tags) => [...new Set(tags)]),
})

test('B057 B200 a search finds exactly the photos with its text in one field, in any case and form', async () => {
  await using directory = await mkdtempDisposable(join(tmpdir(), 'tintype-search-'))
  await using catalog = await openSqliteCatalog({ file: join(directory.path, 'catalog.db') })
  await assert(
    asyncProperty(
      array(words, { minLength: 1, maxLength: 6 }),
      text,
      nat(),
      nat(9),
      async (all, other, cut, length) => {
        await using inserted = new AsyncDisposableStack()
        const photos = all.map((one) => samplePhoto(one))
        for (const photo of photos) {
          await catalog.insert(photo)
          inserted.defer(async () => void (await catalog.delete(photo.id)))
        }
        const fields = all.flatMap(({ title, alt, filename, tags }) => [
          title ?? '',
          alt ?? '',
          filename,
          ...tags,
        ])
        const field = [...(fields[cut % fields.length] ?? '')]
        const start = cut % (field.length + 1)
        for (const search of [other, field.slice(start, start + length).join(''), field.join('')]) {
          const needle = foldForSearch(search)
          const expected = photos
            .filter(({ title, alt, filename, tags }) =>
              [title ?? '', alt ?? '', filename, ...tags].some((one) => foldForSearch(one).includes(needle)),
            )
            .map(({ id }) => id)
            .toReversed()
          const page = await catalog.list({ limit: 100, search })
          expect(
            page.photos.map(({ id }) => id),
            JSON.stringify(search),
          ).toEqual(expected)
        }
      },
    ),
  )
})

test('folding ignores case and form, and folding twice changes nothing more', async () => {
  await assert(
    property(text, (given) => {
      const folded = foldForSearch(given)
      expect(foldForSearch(folded)).toBe(folded)
      for (const form of ['NFC', 'NFD']) expect(foldForSearch(given.normalize(form)), form).toBe(folded)
      expect(folded).not.toMatch(/\p{Cs}/u)
      for (const one of ['\0', '\u001f']) expect(folded).not.toContain(one)
    }),
  )
})

test('folding ignores the case and the form of each character, and returns at most four for it', () => {
  const differing: string[] = []
  for (let point = 1; point <= 0x10ffff; point++) {
    if (point >= 0xd800 && point <= 0xdfff) continue
    const one = String.fromCodePoint(point)
    const variants = [one.toLowerCase(), one.toUpperCase(), one.normalize('NFD'), one.normalize('NFKC')]
    if (variants.every((variant) => variant === one)) continue
    const folded = foldForSearch(one)
    const isSame = [folded, ...variants.slice(0, 3)].every((variant) => foldForSearch(variant) === folded)
    if (!isSame || [...folded].length > 4) differing.push(one)
  }
  expect(differing).toStrictEqual([])
})
