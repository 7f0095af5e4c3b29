import { describe, expect, test } from 'vitest'
import { chooseCoding, contentCodings } from './accept-encoding.ts'

describe('chooseCoding', () => {
  test.each([
    [undefined, 'identity'],
    ['', 'identity'],
    ['gzip, deflate, br, zstd', 'br'],
    ['zstd, gzip', 'zstd'],
    ['gzip', 'gzip'],
    ['x-gzip', 'gzip'],
    ['GZIP;Q=0.5', 'gzip'],
    ['br;q=0.5, gzip;q=0.9', 'gzip'],
    ['br;q=0.9, zstd;q=0.9', 'br'],
    ['br;q=0, gzip', 'gzip'],
    ['br;q=0', 'identity'],
    ['br; q=0.000 ,gzip ; q=0.001', 'gzip'],
    ['*', 'br'],
    ['*;q=0', 'identity'],
    ['br;q=0, *;q=0.1', 'zstd'],
    ['*, br;q=0.2', 'zstd'],
    ['identity', 'identity'],
    ['identity;q=0, gzip;q=0.1', 'gzip'],
    ['identity, br;q=0.5', 'identity'],
    ['identity;q=0.5, br;q=0.5', 'br'],
    ['identity;q=0', 'identity'],
    ['deflate', 'identity'],
    ['br;q=2, gzip', 'gzip'],
    ['br;q=-1, gzip', 'gzip'],
    ['br;level=4, gzip', 'gzip'],
    [';;;,,,', 'identity'],
  ])('%s → %s', (header, expected) => {
    expect(chooseCoding(header, contentCodings)).toBe(expected)
  })

  test('only what there is', () => {
    expect(chooseCoding('br, zstd, gzip', ['gzip', 'zstd'])).toBe('zstd')
    expect(chooseCoding('br', ['gzip'])).toBe('identity')
    expect(chooseCoding('*', [])).toBe('identity')
  })

  test.each([
    ','.repeat(16_000),
    `br${' '.repeat(16_000)}x`,
    ';q='.repeat(5000),
    `br;${'\t'.repeat(16_000)}`,
  ])('B286: 16 KiB that name nothing', (header) => {
    expect(chooseCoding(header, contentCodings)).toMatch(/^(?:identity|br)$/)
  })
})
