import { array, assert, bigInt, constantFrom, integer, nat, oneof, property, string, tuple } from 'fast-check'
import { expect, test } from 'vitest'
import { parseRange } from './range.ts'

const size = oneof(nat(20), integer({ min: 0, max: Number.MAX_SAFE_INTEGER }))
const digits = oneof(
  constantFrom('', '0', '00', '1', '007', '9'.repeat(400)),
  nat(25).map(String),
  bigInt({ min: 0n, max: 2n ** 70n }).map(String),
)
const header = oneof(
  tuple(digits, digits).map(([first, last]) => `bytes=${first}-${last}`),
  array(oneof(digits, constantFrom('bytes=', '-', ',', ' ', 'items=', '-', '+', '.', 'e', '\t')), {
    maxLength: 8,
  }).map((pieces) => pieces.join('')),
  string().map((text) => `bytes=${text}`),
)

/** The same in plain arithmetic without bounds. @see RFC 9110 §14.1.2 */
function expected(text: string, byteSize: number) {
  if (!text.toLowerCase().startsWith('bytes=')) return undefined
  const ends = text.slice(6).split('-')
  if (ends.length !== 2 || ends.some((end) => /[^0-9]/.test(end)) || ends.join('') === '') return undefined
  const [first = '', last = ''] = ends
  const total = BigInt(byteSize)
  if (first === '') {
    if (BigInt(last) === 0n) return 'unsatisfiable'
    if (total === 0n) return undefined
    return { start: Number(BigInt(last) > total ? 0n : total - BigInt(last)), end: byteSize - 1 }
  }
  if (last !== '' && BigInt(last) < BigInt(first)) return undefined
  if (BigInt(first) >= total) return 'unsatisfiable'
  return { start: Number(first), end: last === '' || BigInt(last) >= total ? byteSize - 1 : Number(last) }
}

test('B258 B259 B260 B262 B265 every range equals the result of plain arithmetic', async () => {
  await assert(
    property(header, size, (text, byteSize) => {
      expect(parseRange(text, byteSize)).toEqual(expected(text, byteSize))
    }),
  )
})
