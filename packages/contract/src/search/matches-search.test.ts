import { describe, expect, test } from 'vitest'
import { searchesThatFind, searchesThatFindNothing } from '../testing/index.ts'
import { matchesSearch } from './matches-search.ts'

const photo = { title: null, alt: null, filename: '-', tags: [] }

test.each(searchesThatFind)('finds in %j in any case and form: %j', (text, search) => {
  for (const one of [{ title: text }, { alt: text }, { filename: text }, { tags: ['a', text] }])
    expect(matchesSearch({ ...photo, ...one }, search), JSON.stringify(one)).toBe(true)
})

test.each(searchesThatFindNothing)('keeps accents: does not find in %j: %j', (title, search) => {
  expect(matchesSearch({ ...photo, title }, search)).toBe(false)
})

describe('as in a catalog', () => {
  test('an empty search finds everything', () => {
    expect(matchesSearch(photo, '')).toBe(true)
  })

  test('a search does not match across two fields', () => {
    const two = { ...photo, title: 'abc', alt: 'def' }
    for (const search of ['cd', 'c d', '\u001f', '\0', 'null']) expect(matchesSearch(two, search)).toBe(false)
  })

  test('B200 half a character is not found', () => {
    expect(matchesSearch({ ...photo, title: '😀' }, '\ud83d')).toBe(false)
  })
})
