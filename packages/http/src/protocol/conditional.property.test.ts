import { array, assert, constantFrom, nat, oneof, option, property, record, string, tuple } from 'fast-check'
import { expect, test } from 'vitest'
import { evaluateRequest } from './conditional.ts'

const opaque = constantFrom('a', 'b', '', 'W/', 'a,b', '*', '\\', '\xe9')
const tag = tuple(constantFrom('', 'W/'), opaque).map(([weak, text]) => `${weak}"${text}"`)
const separator = constantFrom(',', ', ', ' ,\t', ',,', ' , , ')
const list = tuple(array(tag, { minLength: 1, maxLength: 6 }), separator)
const strip = (one: string) => one.replace(/^W\//, '')

test('B254 B256 a list of tags matches if one of its members does, whatever the spaces', async () => {
  await assert(
    property(list, tag, constantFrom('GET', 'HEAD', 'DELETE'), ([tags, between], etag, method) => {
      const evaluate = (headers: Record<string, string>) =>
        evaluateRequest({ method, headers, etag, byteSize: 10 }).status
      const isListed = tags.some((one) => strip(one) === strip(etag))
      const isRead = method !== 'DELETE'
      expect(evaluate({ 'if-none-match': tags.join(between) })).toBe(isListed ? (isRead ? 304 : 412) : 200)
      const isListedStrong = !etag.startsWith('W/') && tags.includes(etag)
      expect(evaluate({ 'if-match': tags.join(between) })).toBe(isListedStrong ? 200 : 412)
    }),
  )
})

test('B255 B257 for any headers the answer is one of five, and a part lies inside the whole', async () => {
  const pieces = constantFrom('"a"', 'W/"a"', '*', ',', '"', 'bytes=', '0-', '-5', '3-4', ' ', 'W/', '\0')
  const date = constantFrom(
    'Thu, 01 Jan 1970 00:00:10 GMT',
    'Thu Jan  1 00:00:10 1970',
    'Thu, 99 Jan 1970 99:00:00 GMT',
  )
  const value = option(
    oneof(
      date,
      array(oneof(pieces, string({ maxLength: 4 }))).map((all) => all.join('')),
    ),
    {
      nil: undefined,
    },
  )
  const names = ['if-match', 'if-none-match', 'if-modified-since', 'if-unmodified-since', 'if-range', 'range']
  const headers = record(Object.fromEntries(names.map((name) => [name, value])))
  await assert(
    property(
      headers,
      constantFrom('GET', 'HEAD', 'PUT'),
      nat(20),
      nat(20_000),
      (sent, method, byteSize, lastModifiedMs) => {
        const present = Object.fromEntries(Object.entries(sent).filter(([, text]) => text !== undefined))
        const { status, range } = evaluateRequest({
          method,
          headers: present,
          etag: '"a"',
          byteSize,
          lastModifiedMs,
        })
        expect([200, 206, 304, 412, 416]).toContain(status)
        if (range === undefined) return
        expect([method, status]).toEqual(['GET', 206])
        expect(Number.isInteger(range.start) && Number.isInteger(range.end)).toBe(true)
        expect(0 <= range.start && range.start <= range.end && range.end < byteSize).toBe(true)
      },
    ),
  )
})
