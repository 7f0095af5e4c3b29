import { describe, expect, test } from 'vitest'
import type { TintypeError } from '../errors.ts'
import { toProblem } from '../problem.ts'
import {
  parseInput,
  photoListInput,
  photoTextInput,
  photoUpdateInput,
  textLimits,
  thumbnailInput,
  uploadTokenInput,
} from './index.ts'

const photoId = '0193f6a2-7c1e-7b3a-9d2e-5f60718293a4'

describe('input schemas', () => {
  test('listing has defaults, and a page of 20', () => {
    expect(parseInput(photoListInput, undefined)).toEqual({ limit: 20 })
    expect(parseInput(photoListInput, { cursor: null })).toEqual({ limit: 20, cursor: null })
  })

  test.each([0, -1, 101, 1e9, 1.5, Number.NaN, '10', null])('B294 a limit of %j is refused', (limit) => {
    expect(() => parseInput(photoListInput, { limit })).toThrow(/limit/)
  })

  test.each([0, -1, 1.5, Number.NaN, 1e9, 4097, '100', null, [1], {}])(
    'B296 a width of %j is refused',
    (width) => {
      expect(() => parseInput(thumbnailInput, { photoId, width })).toThrow(/width/)
    },
  )

  test.each([
    { format: 'gif' },
    { format: 'svg' },
    { fit: 'stretch' },
    { quality: 0 },
    { quality: 101 },
    { blur: 3 },
  ])('B301 %j is refused', (choice) => {
    expect(() => parseInput(thumbnailInput, { photoId, ...choice })).toThrow(
      expect.objectContaining({ code: 'INVALID_REQUEST' }),
    )
  })

  test('B084 the longest text passes, one character more does not', () => {
    expect(parseInput(photoTextInput, { title: 'x'.repeat(textLimits.title) }).title).toHaveLength(
      textLimits.title,
    )
    expect(() => parseInput(photoTextInput, { title: 'x'.repeat(textLimits.title + 1) })).toThrow(/title/)
  })

  test('an empty text clears, an absent one stays absent, tags lose their duplicates and keep their order', () => {
    expect(parseInput(photoTextInput, { title: '  ', tags: ['b', 'a', 'b '] })).toEqual({
      title: null,
      tags: ['b', 'a'],
    })
  })

  test.each(['a\u0000b', 'a\u001bb', '\ud800'])('B059 a title of %j is refused', (title) => {
    expect(() => parseInput(photoTextInput, { title })).toThrow(/title/)
  })

  test('S-19: 229 KB of unknown keys are refused in a few kilobytes', () => {
    const keys = Array.from({ length: 23_000 }, (_, at) => [`key-${at}`, 1])
    const refused = () => parseInput(photoUpdateInput, Object.fromEntries(keys))
    expect(refused).toThrow(/key-0/)
    try {
      refused()
    } catch (error) {
      expect(JSON.stringify(toProblem(error as TintypeError, 'r')).length).toBeLessThan(4000)
    }
  })

  test('B285 unknown and inherited names are refused or ignored', () => {
    const input = JSON.parse(`{ "id": "${photoId}", "__proto__": { "title": "polluted" } }`)
    expect(() => parseInput(photoUpdateInput, input)).toThrow(/input/)
    expect(({} as { title?: string }).title).toBeUndefined()
  })
})

describe('upload tokens', () => {
  test('are valid for 15 minutes and one photo by default', () => {
    expect(parseInput(uploadTokenInput, {})).toEqual({ expiresInSeconds: 900, uses: 1 })
  })

  test.each([
    { expiresInSeconds: 9 },
    { expiresInSeconds: 86_401 },
    { expiresInSeconds: Number.NaN },
    { uses: 0 },
    { uses: 101 },
    { owner: '' },
    { owner: 'two words' },
    { owner: 'ü' },
    { owner: 'o'.repeat(201) },
    { formats: [] },
    { formats: ['svg'] },
    { maxByteSize: 0 },
    { maxPixels: 1.5 },
    { visibility: 'hidden' },
    { duplicates: 'return' },
    { profile: 'avatar' },
    { sha256: 'A'.repeat(64) },
    { origin: 'https://app.example/' },
    { origin: 'null' },
    { origin: 'https://app.example:443' },
    { origin: 'file://' },
    { metadata: [] },
    { metadata: null },
    { metadata: { text: 'ü'.repeat(2100) } },
    { metadata: JSON.parse(`${'{"a":'.repeat(200_000)}1${'}'.repeat(200_000)}`) },
    { unknown: 1 },
  ])('refuse a choice of %#', (choice) => {
    expect(() => parseInput(uploadTokenInput, choice)).toThrow(
      expect.objectContaining({ code: 'INVALID_REQUEST' }),
    )
  })

  test('keep every valid term', () => {
    const choice = {
      owner: 'user:42',
      expiresInSeconds: 10,
      uses: 100,
      maxByteSize: 1,
      formats: ['jpeg', 'png'],
      maxPixels: 1,
      visibility: 'private',
      tags: ['a'],
      title: 't',
      alt: 'a',
      metadata: { order: { id: [1, null, true] } },
      sha256: 'a'.repeat(64),
      origin: 'https://app.example:8443',
    }
    expect(parseInput(uploadTokenInput, choice)).toEqual(choice)
  })
})
