import { describe, expect, test } from 'vitest'
import { parseRange } from './range.ts'

const huge = '9'.repeat(400)

describe('parseRange', () => {
  test.each([
    ['B258', 'bytes=0-0', { start: 0, end: 0 }],
    ['B258', 'bytes=0-999', { start: 0, end: 999 }],
    ['B258', 'bytes=-1', { start: 999, end: 999 }],
    ['B258', 'bytes=990-', { start: 990, end: 999 }],
    ['B258', 'bytes=-1000', { start: 0, end: 999 }],
    ['B258', 'bytes=-5000', { start: 0, end: 999 }],
    ['B258', 'bytes=5-5000', { start: 5, end: 999 }],
    ['B258', 'BYTES=5-6', { start: 5, end: 6 }],
    ['B259', 'bytes=1000-', 'unsatisfiable'],
    ['B259', 'bytes=1000-2000', 'unsatisfiable'],
    ['B259', 'bytes=-0', 'unsatisfiable'],
    ['B260', undefined, undefined],
    ['B260', '', undefined],
    ['B260', 'bytes', undefined],
    ['B260', 'bytes=', undefined],
    ['B260', 'bytes=-', undefined],
    ['B260', 'bytes=a-b', undefined],
    ['B260', 'bytes=5-2', undefined],
    ['B260', 'bytes=0x1-0x2', undefined],
    ['B260', 'items=0-5', undefined],
    ['B260', 'bytes:0-5', undefined],
    ['B262', 'bytes=0-1,3-4', undefined],
    ['B262', 'bytes=0-,0-,0-,0-,0-,0-', undefined],
    ['B262', 'bytes=0-1, bytes=2-3', undefined],
    ['B265', 'bytes=9223372036854775808-', 'unsatisfiable'],
    ['B265', 'bytes=0-18446744073709551616', { start: 0, end: 999 }],
    ['B265', `bytes=${huge}-`, 'unsatisfiable'],
    ['B265', `bytes=${huge}-${huge}`, 'unsatisfiable'],
    ['B265', `bytes=0-${huge}`, { start: 0, end: 999 }],
    ['B265', `bytes=-${huge}`, { start: 0, end: 999 }],
    ['B265', 'bytes=-9223372036854776000', { start: 0, end: 999 }],
    ['B265', 'bytes=9007199254740993-9007199254740992', undefined],
    ['B265', 'bytes=--5', undefined],
    ['B265', 'bytes=-5-6', undefined],
    ['B265', 'bytes=000000005-00000000000000000000000006', { start: 5, end: 6 }],
    ['B265', 'bytes= 5 - 6', undefined],
    ['B265', 'bytes=1e2-', undefined],
    ['B265', 'bytes=1.5-2', undefined],
  ])('%s: of 1000 bytes, %s', (_threat, header, expected) => {
    expect(parseRange(header, 1000)).toEqual(expected)
  })

  test.each([
    ['bytes=0-', 'unsatisfiable'],
    ['bytes=0-0', 'unsatisfiable'],
    ['bytes=-0', 'unsatisfiable'],
    ['bytes=-5', undefined],
  ])('B259: an empty file has no part: of 0 bytes, %s', (header, expected) => {
    expect(parseRange(header, 0)).toEqual(expected)
  })

  test('B258: the range lies within the file', () => {
    for (let byteSize = 1; byteSize < 6; byteSize += 1) {
      for (let first = 0; first < 8; first += 1) {
        for (let last = first; last < 8; last += 1) {
          const range = parseRange(`bytes=${first}-${last}`, byteSize)
          const expected =
            first < byteSize ? { start: first, end: Math.min(last, byteSize - 1) } : 'unsatisfiable'
          expect(range).toEqual(expected)
        }
      }
    }
  })

  test.each([
    ['overlapping', `bytes=${'0-,'.repeat(5461)}`],
    ['digits', `bytes=${'1'.repeat(16_000)}x`],
    ['dashes', `bytes=${'-'.repeat(16_000)}`],
  ])('B263: 16 KiB of %s are ignored', (_name, header) => {
    expect(parseRange(header, 1000)).toBeUndefined()
  })
})
