import type { IncomingHttpHeaders } from 'node:http'
import { describe, expect, test } from 'vitest'
import { evaluateRequest } from './conditional.ts'

const etag = '"abc"'
const lastModifiedMs = Date.UTC(1994, 10, 6, 8, 49, 37, 500)
const same = 'Sun, 06 Nov 1994 08:49:37 GMT'
const earlier = 'Sun, 06 Nov 1994 08:49:36 GMT'
const later = 'Sun, 06 Nov 1994 08:49:38 GMT'
const range = 'bytes=1-2'
const part = { status: 206, range: { start: 1, end: 2 } }

type Case = readonly [threat: string, headers: IncomingHttpHeaders, expected: number | typeof part]

function evaluate(method: string, headers: IncomingHttpHeaders) {
  return evaluateRequest({ method, headers, etag, byteSize: 10, lastModifiedMs })
}

function expectAnswer(method: string, headers: IncomingHttpHeaders, expected: Case[2]) {
  expect(evaluate(method, headers)).toEqual(typeof expected === 'number' ? { status: expected } : expected)
}

const reads: readonly Case[] = [
  ['B254', {}, 200],
  ['B254', { 'if-none-match': '"abc"' }, 304],
  ['B254', { 'if-none-match': 'W/"abc"' }, 304],
  ['B254', { 'if-none-match': '*' }, 304],
  ['B254', { 'if-none-match': '"x", W/"y","abc"' }, 304],
  ['B254', { 'if-none-match': ',, "x" ,\t"abc" ,' }, 304],
  ['B254', { 'if-none-match': '"a,b", "abc"' }, 304],
  ['B254', { 'if-none-match': '"x"' }, 200],
  ['B254', { 'if-none-match': 'abc' }, 200],
  ['B254', { 'if-none-match': 'w/"abc"' }, 200],
  ['B254', { 'if-none-match': '"ABC"' }, 200],
  ['B254', { 'if-none-match': '"x" garbage "abc"' }, 200],
  ['B254', { 'if-none-match': '' }, 200],
  ['B255', { 'if-modified-since': same }, 304],
  ['B255', { 'if-modified-since': later }, 304],
  ['B255', { 'if-modified-since': earlier }, 200],
  ['B255', { 'if-none-match': '"x"', 'if-modified-since': later }, 200],
  ['B255', { 'if-none-match': '"abc"', 'if-modified-since': earlier }, 304],
  ['B255', { 'if-modified-since': 'yesterday' }, 200],
  ['B255', { 'if-modified-since': '2030-01-01' }, 200],
  ['B255', { 'if-modified-since': '1' }, 200],
  ['B255', { 'if-modified-since': 'Sun, 06 Nov 1994 08:49:37 CET' }, 200],
  ['B255', { 'if-modified-since': 'Sun, 99 Nov 2030 08:49:37 GMT' }, 200],
  ['B255', { 'if-modified-since': 'Sunday, 06-Nov-94 08:49:37 GMT' }, 304],
  ['B255', { 'if-modified-since': 'Sunday, 06-Nov-94 08:49:36 GMT' }, 200],
  ['B255', { 'if-modified-since': 'Sun Nov  6 08:49:37 1994' }, 304],
  ['B255', { 'if-modified-since': 'Sun Nov  6 08:49:36 1994' }, 200],
  ['B256', { 'if-match': '"abc"' }, 200],
  ['B256', { 'if-match': '*' }, 200],
  ['B256', { 'if-match': '"x", "abc"' }, 200],
  ['B256', { 'if-match': '"x"' }, 412],
  ['B256', { 'if-match': 'W/"abc"' }, 412],
  ['B256', { 'if-match': 'garbage' }, 412],
  ['B256', { 'if-unmodified-since': same }, 200],
  ['B256', { 'if-unmodified-since': earlier }, 412],
  ['B256', { 'if-unmodified-since': 'never' }, 200],
  ['B256', { 'if-match': '"abc"', 'if-unmodified-since': earlier }, 200],
  ['B256', { 'if-match': '"x"', 'if-none-match': '"abc"' }, 412],
  ['B256', { 'if-match': '"abc"', 'if-none-match': '"abc"' }, 304],
]

const partial: readonly Case[] = [
  ['B258', { range }, part],
  ['B259', { range: 'bytes=10-' }, 416],
  ['B260', { range: 'bytes=2-1' }, 200],
  ['B262', { range: 'bytes=0-1,2-3' }, 200],
  ['B257', { range, 'if-range': '"abc"' }, part],
  ['B257', { range, 'if-range': '"x"' }, 200],
  ['B257', { range, 'if-range': 'W/"abc"' }, 200],
  ['B257', { range, 'if-range': same }, part],
  ['B257', { range, 'if-range': later }, 200],
  ['B257', { range, 'if-range': earlier }, 200],
  ['B257', { range, 'if-range': 'abc' }, 200],
  ['B257', { range: 'bytes=10-', 'if-range': '"x"' }, 200],
  ['B257', { 'if-range': '"abc"' }, 200],
  ['B254', { range, 'if-none-match': '"abc"' }, 304],
  ['B255', { range, 'if-modified-since': later }, 304],
  ['B256', { range, 'if-match': '"x"' }, 412],
  ['B256', { range, 'if-match': '"abc"', 'if-none-match': '"x"' }, part],
]

describe('evaluateRequest', () => {
  test.each([...reads, ...partial])('%s: GET with %o', (_threat, headers, expected) => {
    expectAnswer('GET', headers, expected)
  })

  test.each(reads)('B253, %s: HEAD with %o is answered like GET', (_threat, headers, expected) => {
    expectAnswer('HEAD', headers, expected)
  })

  test.each(partial)('B253, B261: HEAD with %s, %o is never partial', (_threat, headers) => {
    expect([200, 304, 412]).toContain(evaluate('HEAD', headers).status)
  })

  test.each<Case>([
    ['B256', { 'if-none-match': '"abc"' }, 412],
    ['B256', { 'if-none-match': '*' }, 412],
    ['B256', { 'if-match': '"x"' }, 412],
    ['B256', { 'if-match': '"abc"' }, 200],
    ['B255', { 'if-modified-since': later }, 200],
    ['B261', { range }, 200],
  ])('%s: DELETE with %o', (_threat, headers, expected) => {
    expectAnswer('DELETE', headers, expected)
  })

  test.each([
    { 'if-modified-since': later },
    { 'if-unmodified-since': earlier },
    { range, 'if-range': same },
  ])('B255: without a modification time, %o is ignored', (headers) => {
    expect(evaluateRequest({ method: 'GET', headers, etag, byteSize: 10 })).toEqual({ status: 200 })
  })

  test('B257: a weak tag of ours never allows a part', () => {
    const headers = { range, 'if-range': 'W/"abc"' }
    expect(evaluateRequest({ method: 'GET', headers, etag: 'W/"abc"', byteSize: 10 })).toEqual({
      status: 200,
    })
    const match = { 'if-match': 'W/"abc"' }
    expect(evaluateRequest({ method: 'GET', headers: match, etag: 'W/"abc"', byteSize: 10 }).status).toBe(412)
    const noneMatch = { 'if-none-match': '"abc"' }
    expect(evaluateRequest({ method: 'GET', headers: noneMatch, etag: 'W/"abc"', byteSize: 10 }).status).toBe(
      304,
    )
  })

  test.each([
    '"'.repeat(16_000),
    'W/'.repeat(8000),
    '", '.repeat(5000),
    ' ,'.repeat(8000),
    `"${'a'.repeat(16_000)}`,
  ])('B286: 16 KiB of tags that match nothing', (header) => {
    expect(evaluate('GET', { 'if-none-match': header }).status).toBe(200)
    expect(evaluate('GET', { 'if-match': header }).status).toBe(412)
  })
})
